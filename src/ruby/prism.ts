/** What stands in the way of reading a text as Ruby. Offsets are UTF-16 code units of the text. */
export interface Refusal {
  /** As Ruby 3.4 and later print it, without the name of the file. */
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** What is used of the engine's own WebAssembly: the types of Node 20 do not have it. */
declare const WebAssembly: {
  readonly Module: {
    new (bytes: Uint8Array): object;
    imports(module: object): readonly { readonly module: string; readonly name: string }[];
  };
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
  readonly RuntimeError: new (message: string) => Error;
};

/** What a library of WebAssembly is started with, once. */
const INITIALIZE = '_initialize';

/** Of the exports of `prism.wasm`, what is needed to ask it. Pointers and sizes in bytes. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly [INITIALIZE]: () => void;
  calloc(count: number, size: number): number;
  free(pointer: number): void;
  pm_buffer_sizeof(): number;
  pm_buffer_init(buffer: number): void;
  pm_buffer_free(buffer: number): void;
  pm_buffer_value(buffer: number): number;
  pm_buffer_length(buffer: number): number;
  pm_serialize_parse(buffer: number, source: number, size: number, options: number): void;
}

/** Longer files than this are not asked about. */
const LONGEST = 128 * 1024;

/**
 * It is built with a stack of 64 kB that grows into its own data: two hundred classes in each other are enough to
 * make it run forever. Here the stack begins at the end of the first megabyte, and the heap behind it; before that is
 * used up, the engine's own stack is, which ends in an exception. In order: the type of the first global of the module,
 * its being mutable, and the number it starts with.
 */
const LARGER_STACK = { at: [0x7f, 1, 0x41, 0xc0, 0x84, 0x0a], start: [0xf0, 0xff, 0x3f], pages: 13 };

function withLargerStack(wasm: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { at, start } = LARGER_STACK;
  const found = wasm.findIndex((_, index) => at.every((byte, offset) => wasm[index + offset] === byte));
  if (found === -1) throw new Error('this is not the prism.wasm of 1.9.0');
  wasm.set(start, found + at.length - start.length);
  return wasm;
}

/**
 * The parser of Ruby itself (Prism, which Ruby 3.4 and later parse with), for what the grammar cannot read: newer
 * syntax that is fine, or a mistake that keeps Ruby from loading the file. Its trees are not looked at. Loaded, in some
 * hundredths of a second, when it is first asked.
 */
export class Prism {
  readonly #wasm: () => Uint8Array;
  #module: object | null = null;
  #exports: Exports | null = null;

  /** @param wasm `prism.wasm` of the package @ruby/prism */
  constructor(wasm: () => Uint8Array) {
    this.#wasm = wasm;
  }

  /** The first error that keeps Ruby from loading a text; null where it loads it, or where nobody can tell. */
  refusal(text: string): Refusal | null {
    if (text.length > LONGEST) return null;
    try {
      return this.#ask((this.#exports ??= this.#start()), text);
    } catch (error) {
      // Out of stack or of memory: its memory is not to be trusted after that.
      this.#exports = null;
      if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) return null;
      throw error;
    }
  }

  #start(): Exports {
    this.#module ??= new WebAssembly.Module(withLargerStack(Uint8Array.from(this.#wasm())));
    // It is linked against a system of which it uses nothing for parsing what it is given, but for the number that
    // guards its stack: zero, as the memory has it.
    const imports: Record<string, Record<string, () => number>> = {};
    for (const { module, name } of WebAssembly.Module.imports(this.#module)) {
      (imports[module] ??= {})[name] = () => {
        if (name === 'random_get') return 0;
        throw new WebAssembly.RuntimeError(`prism asks for ${name}`);
      };
    }
    const exports = new WebAssembly.Instance(this.#module, imports).exports as Exports;
    exports.memory.grow(LARGER_STACK.pages);
    exports[INITIALIZE]();
    return exports;
  }

  #ask(prism: Exports, text: string): Refusal | null {
    const bytes = new TextEncoder().encode(text);
    const source = prism.calloc(1, bytes.length + 1);
    const buffer = prism.calloc(prism.pm_buffer_sizeof(), 1);
    prism.pm_buffer_init(buffer);
    new Uint8Array(prism.memory.buffer).set(bytes, source);
    prism.pm_serialize_parse(buffer, source, bytes.length, 0);
    const from = prism.pm_buffer_value(buffer);
    const serialized = new Uint8Array(prism.memory.buffer, from, prism.pm_buffer_length(buffer));
    const error = new Serialized(serialized).firstError();
    prism.pm_buffer_free(buffer);
    prism.free(source);
    prism.free(buffer);
    if (!error) return null;
    const offset = (byte: number): number => new TextDecoder().decode(bytes.subarray(0, byte)).length;
    // What is missing at the end is missing behind the last thing that stands there.
    const start = Math.min(offset(error.start), text.trimEnd().length);
    return { message: error.message, start, end: Math.max(start, offset(error.start + error.length)) };
  }
}

/** The head of what Prism serializes, up to its errors. Source: docs/serialization.md@v1.9.0 */
class Serialized {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  firstError(): { readonly message: string; readonly start: number; readonly length: number } | null {
    const head = [...this.#take(9)];
    if (head.join(' ') !== HEAD.join(' ')) throw new Error('this is not what Prism 1.9.0 serializes');
    // The name of the encoding, the number of the first line, the starts of the lines.
    this.#take(this.#number());
    this.#number();
    this.#each(1);
    // Comments, magic comments, where the part after __END__ is.
    this.#each(3);
    this.#each(4);
    if (this.#take(1)[0] !== 0) this.#numbers(2);
    if (this.#number() === 0) return null;
    this.#number();
    const message = new TextDecoder().decode(this.#take(this.#number()));
    return { message, start: this.#number(), length: this.#number() };
  }

  #each(numbers: number): void {
    for (let count = this.#number(); count > 0; count--) this.#numbers(numbers);
  }

  #numbers(count: number): void {
    for (let left = count; left > 0; left--) this.#number();
  }

  #take(count: number): Uint8Array {
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  #number(): number {
    for (let result = 0, shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.#at++] ?? 0;
      result += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) return result;
    }
  }
}

/** "PRISM", its version, and that places are said. */
const HEAD = [80, 82, 73, 83, 77, 1, 9, 0, 0];
