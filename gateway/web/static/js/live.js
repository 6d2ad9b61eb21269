// One event stream a page. It closes while nobody looks, and comes back by itself, later each time it fails.

const BACK_MS = 1000;
const BACK_MS_MAX = 30_000;

export class Live {
  #source = null;
  #timer = 0;
  #fails = 0;
  #paused = false;
  #closed = false;
  #onVisible = () => this.#restart();

  /** `take(event name, data)` is given each event, `tell(state)` one of live, waiting, paused. */
  constructor(path, names, take, tell) {
    this.path = path;
    this.names = names;
    this.take = take;
    this.tell = tell;
    document.addEventListener("visibilitychange", this.#onVisible);
    this.#restart();
  }

  get paused() {
    return this.#paused;
  }

  pause(paused) {
    this.#paused = paused;
    this.#restart();
  }

  close() {
    this.#closed = true;
    document.removeEventListener("visibilitychange", this.#onVisible);
    this.#drop();
  }

  #drop() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #restart() {
    this.#drop();
    if (this.#closed) return;
    if (this.#paused) this.tell("paused");
    else if (!document.hidden) this.#open();
  }

  #open() {
    this.tell("waiting");
    const source = new EventSource(this.path);
    this.#source = source;
    source.onopen = () => {
      this.#fails = 0;
      this.tell("live");
    };
    source.onerror = () => this.#later();
    for (const name of this.names) source.addEventListener(name, (event) => this.take(name, JSON.parse(event.data)));
  }

  #later() {
    this.#drop();
    this.tell("waiting");
    const wait = Math.min(BACK_MS * 2 ** this.#fails, BACK_MS_MAX);
    this.#fails += 1;
    // Not all at once when the platform comes back.
    this.#timer = setTimeout(() => this.#restart(), wait * (0.5 + Math.random() / 2));
  }
}

const SOON_MS = 100;

/** Calls `act` soon, but at most once in `ms` however often it is asked for, and never twice at a time. `failed` is told. */
export function seldom(act, ms, failed = () => {}) {
  let timer = 0;
  let running = false;
  let again = false;
  let ranAt = -Infinity;
  const run = async () => {
    timer = 0;
    running = true;
    again = false;
    ranAt = performance.now();
    try {
      await act();
    } catch (error) {
      failed(error);
    } finally {
      running = false;
      if (again) ask();
    }
  };
  const ask = () => {
    if (running) again = true;
    else if (!timer) timer = setTimeout(run, Math.max(SOON_MS, ms - (performance.now() - ranAt)));
  };
  ask.stop = () => { clearTimeout(timer); timer = -1; };
  return ask;
}
