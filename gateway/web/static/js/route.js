// Where the page is: #/<view>/<argument>?<parameters>. Whatever can be looked at has an address.

/** The present place. */
export function here() {
  const [path, search = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [view = "", argument = ""] = path.split("/").map(decodeURIComponent);
  return { view, argument, params: Object.fromEntries(new URLSearchParams(search)) };
}

/** The address of a place; empty parameters are left out. */
export function to(view, argument = "", params = {}) {
  const search = new URLSearchParams(Object.entries(params).filter(([, value]) => value));
  const path = [view, argument].filter(Boolean).map(encodeURIComponent).join("/");
  return `#/${path}${[...search].length ? `?${search}` : ""}`;
}

/** The address of the present place with some parameters changed. */
export function also(changes) {
  const { view, argument, params } = here();
  return to(view, argument, { ...params, ...changes });
}

// An address that came from outside leads nowhere but into this page.
const inside = (address) => (address.startsWith("#/") ? address : "#/");

export const go = (address) => { location.hash = inside(address); };

/** Goes there without a step in the history. */
export const turn = (address) => { location.replace(inside(address)); };
