import ejs from 'ejs';
import { STYLE, TEMPLATE } from './template.ts';

/** What a page is made of, in order. Texts are plain; what means something in HTML is escaped by the template. */
export type Block =
  | { readonly kind: 'heading'; readonly level: 2 | 3; readonly text: string }
  | { readonly kind: 'text'; readonly text: string; readonly strong?: boolean }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
      /** The first columns are text, the others numbers. */
      readonly left: number;
      /** Rows at the end that sum the others up. */
      readonly totals?: number;
    }
  /** A part of a whole, in percent; more than 100 is too much. */
  | { readonly kind: 'bar'; readonly percent: number; readonly text: string }
  | {
      readonly kind: 'finding';
      readonly severity: 'error' | 'warning' | 'info';
      readonly rule: string;
      readonly place: string;
      readonly message: string;
      readonly frame: string;
      readonly details: readonly { readonly label: string; readonly text: string; readonly code: string | null }[];
    };

const render = ejs.compile(TEMPLATE, { strict: true, localsName: 'page' });

/** One self-contained page: no script, nothing that is loaded from anywhere. */
export function htmlDocument(title: string, blocks: readonly Block[]): string {
  return render({ title, blocks, style: STYLE });
}
