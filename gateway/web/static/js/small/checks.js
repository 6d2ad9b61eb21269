// What two people can check on the spot: numbers that must add up, as the service checks them again. Who is elected
// is the service's to say; nothing here decides it.

const DIGITS = /^\d{1,8}$/;
const DOTS = /[·•・‧∙⋅●.．。]/g;
const PERCENT_MAX = 5;

export const COLUMNS = ["approve", "disapprove", "abstain", "unreadable"];

/** The number that was typed, full-width digits too; null for none. */
export function digits(text) {
  const plain = String(text ?? "").normalize("NFKC").trim();
  return DIGITS.test(plain) ? Number(plain) : null;
}

export const lines = (text) => text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);

/** What spellings of a name share. */
export const personKey = (name) => name.normalize("NFKC").replace(DOTS, "·").replace(/\s/g, "").toLowerCase();

/** Candidates as typed, one a line; what stands behind a tab or a comma is the note. */
export const candidatesOf = (vote) => lines(vote.candidates).map((line) => {
  const [name, ...note] = line.split(/[\t,，]/);
  return { name: name.trim(), note: note.join("，").trim() };
});

export const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);

/** The fewest present: four fifths of the entitled (Q3). */
export const leastPresent = (entitled) => Math.floor((4 * entitled + 4) / 5);

/** The fields of a vote's sheet in their order, write-ins last. */
export const printedFields = (vote) => ["votes", "valid", "invalid",
  ...candidatesOf(vote).flatMap((_, index) => COLUMNS.map((column) => `candidates.${index + 1}.${column}`))];

export const writtenField = (name) => `write_ins.${name}.approve`;
export const isWritten = (path) => path.startsWith("write_ins.");
export const writtenName = (path) => path.replace(/^write_ins\./, "").replace(/\.approve$/, "");

const folded = (cells) => Object.fromEntries(Object.entries(cells).map(([path, value]) => [isWritten(path) ? writtenField(personKey(writtenName(path))) : path, value]));

/** The fields that two readings do not share. */
export function differ(one, other) {
  const [first, second] = [folded(one), folded(other)];
  return [...new Set([...Object.keys(first), ...Object.keys(second)])].filter((path) => first[path] !== second[path]);
}

/** A reading with what was read again; a written name that is none after all is dropped. */
export function merged(cells, again) {
  const kept = Object.entries(cells).filter(([path]) => !(Object.keys(folded({ [path]: 0 }))[0] in again));
  return Object.fromEntries([...kept, ...Object.entries(again)].filter(([path, value]) => value || !isWritten(path)));
}

function* ofBallots(vote, cells) {
  if (cells.votes !== cells.valid + cells.invalid) yield ["F.101", "votes", `${cells.valid} + ${cells.invalid} ≠ ${cells.votes}`];
  const returned = digits(vote.returned);
  if (cells.votes !== returned) yield ["F.201", "votes", `${cells.votes} ≠ ${returned}`];
}

function* ofLines(vote, cells) {
  for (const [index] of candidatesOf(vote).entries()) {
    const parts = COLUMNS.map((column) => cells[`candidates.${index + 1}.${column}`]);
    if (sum(parts) !== cells.valid) yield ["F.102", `candidates.${index + 1}.approve`, `${parts.join(" + ")} = ${sum(parts)} ≠ ${cells.valid}`];
  }
  const written = Object.entries(cells).filter(([path]) => isWritten(path));
  const chosen = sum(candidatesOf(vote).map((_, index) => cells[`candidates.${index + 1}.approve`])) + sum(written.map(([, value]) => value));
  const limit = cells.valid * digits(vote.seats);
  if (chosen > limit) yield ["F.106", "candidates.1.approve", `${chosen} > ${cells.valid} × ${digits(vote.seats)} = ${limit}`];
}

function* ofWritten(vote, cells) {
  const written = Object.entries(cells).filter(([path]) => isWritten(path));
  if (vote.round === "tie_revote" && written.length) yield ["F.113", written[0][0], `${written.length} > 0`];
  const printed = new Set(candidatesOf(vote).map((each) => personKey(each.name)));
  const total = sum(written.map(([, value]) => value));
  const against = sum(candidatesOf(vote).map((_, index) => cells[`candidates.${index + 1}.disapprove`]));
  if (total > against) yield ["F.107", written[0][0], `${total} > ${against}`];
  for (const [path, value] of written) {
    if (printed.has(personKey(writtenName(path)))) yield ["F.109", path, writtenName(path)];
    if (value > cells.valid) yield ["F.111", path, `${value} > ${cells.valid}`];
    if (!value) yield ["F.114", path, "0"];
  }
}

/** What cannot be in a reading: [number, field, test] of each. */
export const errorsOf = (vote, cells) => [...ofBallots(vote, cells), ...ofLines(vote, cells), ...ofWritten(vote, cells)];

/** What can be and wants a written reason: [number, field, test] of each. */
export function warningsOf(vote, cells) {
  const found = [];
  if (cells.votes && !cells.valid) found.push(["W.301", "valid", `0 < ${cells.votes}`]);
  else if (100 * cells.invalid > PERCENT_MAX * cells.votes) found.push(["W.302", "invalid", `100 × ${cells.invalid} > ${PERCENT_MAX} × ${cells.votes}`]);
  for (const [index] of candidatesOf(vote).entries()) {
    const field = `candidates.${index + 1}.unreadable`;
    if (100 * cells[field] > PERCENT_MAX * cells.valid) found.push(["W.303", field, `100 × ${cells[field]} > ${PERCENT_MAX} × ${cells.valid}`]);
  }
  return found;
}

/** What can be among the ballots and wants a written reason. */
export function ballotWarnings(vote, present) {
  const [issued, returned] = [vote.issued, vote.returned].map(digits);
  if ([issued, returned].includes(null)) return [];
  return [
    returned < issued && ["W.401", "returned", `${returned} < ${issued}`],
    present !== null && issued < present && ["W.402", "issued", `${issued} < ${present}`],
  ].filter(Boolean);
}

/** What cannot be among the ballots: printed, issued, returned, left over. */
export function ballotErrors(vote, present) {
  const [printed, issued, returned, unused] = [vote.printed, vote.issued, vote.returned, vote.unused_destroyed].map(digits);
  if ([printed, issued, returned, unused].includes(null)) return [];
  return [
    issued > present && ["F.202", "issued", `${issued} > ${present}`],
    returned > issued && ["F.203", "returned", `${returned} > ${issued}`],
    printed !== issued + unused && ["F.207", "printed", `${issued} + ${unused} ≠ ${printed}`],
  ].filter(Boolean);
}
