import { expect, it } from 'vitest';
import { MemoryTree } from '../../src/repo/memory.ts';
import { repositoryPath } from '../../src/systems/repository_path.ts';

const files = new MemoryTree({ 'config/puma.rb': '', 'lib/shop.rb': '' });

it.each([
  ['config/puma.rb', 'file config/puma.rb'],
  ['./lib/../config/puma.rb', 'file config/puma.rb'],
  ['/app/config/puma.rb', 'file config/puma.rb'],
  ['/etc/puma.rb', 'elsewhere /etc/puma.rb'],
  ['../shop/config/puma.rb', 'elsewhere ../shop/config/puma.rb'],
  ['config/puma/production.rb', 'missing config/puma/production.rb'],
  ['lib/config/puma.rb', 'missing lib/config/puma.rb'],
  // An app in a folder of a repository whose Procfile is read from above.
  ['apps/shop/config/puma.rb', 'file config/puma.rb'],
  ['apps/shop/config/other.rb', 'missing apps/shop/config/other.rb'],
])('%s', (path, expected) => {
  const found = repositoryPath(path, files);
  expect(`${found.kind} ${found.path}`).toBe(expected);
});
