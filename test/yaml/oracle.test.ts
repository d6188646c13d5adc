import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { plainText } from '../../src/erb/rendered.ts';
import { SourceFile } from '../../src/text/source.ts';
import type { PsychDocument } from '../../src/yaml/node.ts';
import { parsePsych } from '../../src/yaml/psych.ts';
import { DOCUMENTS } from './documents.ts';
import { documents, nearScalars, rubble } from './generated.ts';
import { agrees, bootPsych, written, type PsychOracle } from './psych-oracle.ts';

/** PSYCH_RUNS=300 tries as many fresh batches of fifty documents; much more wears out Ruby's wasm. */
const USUAL_RUNS = 10;
const RUNS = Number(process.env['PSYCH_RUNS'] ?? USUAL_RUNS);

let psych: PsychOracle;
beforeAll(async () => {
  psych = await bootPsych();
});

function read(text: string): PsychDocument {
  return parsePsych(plainText(new SourceFile('config/database.yml', text)));
}

function shown({ root, problem }: PsychDocument): string {
  if (problem) return `error ${problem.message}`;
  return root ? written(root) : 'nothing';
}

describe('every document is read as Psych reads it', () => {
  for (const [topic, texts] of Object.entries(DOCUMENTS))
    test(topic, () => {
      const loaded = psych.load(texts);
      const different = texts.flatMap((text, at) => {
        const document = read(text);
        return agrees(document, loaded[at]!) ? [] : [{ text, psych: loaded[at], we: shown(document) }];
      });
      expect(different).toEqual([]);
    });
});

describe('whatever is generated is read as Psych reads it', () => {
  const generators = { documents, rubble, nearScalars };
  for (const [name, generator] of Object.entries(generators))
    test(name, () => {
      fc.assert(
        fc.property(fc.array(generator, { minLength: 40, maxLength: 60 }), (texts) => {
          const loaded = psych.load(texts);
          const different = texts.flatMap((text, at) => {
            const document = read(text);
            return agrees(document, loaded[at]!) ? [] : [{ text, psych: loaded[at], we: shown(document) }];
          });
          expect(different).toEqual([]);
        }),
        { numRuns: RUNS, ...(RUNS === USUAL_RUNS && { seed: 1 }), endOnFailure: true },
      );
    });
});
