import { amount, plural } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Server } from '../../src/model/process.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { combine, known, type Known, type Traced } from '../../src/value/traced.ts';
import { atLeast, version } from '../../src/versions/compare.ts';
import { membersOf, outcomeOf, serversOf, terms, usableOf, type Member, type Want } from './members.ts';

/** From this share of a server's connections on, the next process or thread is one too many. */
export const NEAR = 0.8;

/** A want, and what is open of it without anybody asking, where that is what is reported. */
interface Near extends Want {
  readonly floor?: number;
}

/** R17: it fits, and little is left. */
export const budgetNearLimit: Rule = defineRule<Near>({
  id: 'budget-near-limit',
  aliases: [],
  group: 'budget',
  severity: 'warning',
  fix: null,
  summary: 'All processes together can use more than 80 % of the connections of the database server.',
  fineWhen: 'nothing else connects to the server, and nobody will add a process',
  check: (project) => serversOf(project).flatMap((server) => nearnessOf(project, server)),
  say,
});

/** From this share on, what is opened before anybody asks leaves too little for those who do. */
const FLOOR = 0.5;

/** A budget that does not fit at all is another rule's. */
function nearnessOf(project: Project, server: Server): readonly Outcome<Near>[] {
  const { demand, overhead, usable } = server;
  if (server.verdict !== 'holds' || !demand.known || !overhead.known || !usable.known) return [];
  const near = demand.value > 0 && demand.value + overhead.value > NEAR * usable.value;
  const members = membersOf(project, server, ({ hosts }) => hosts);
  const floor = near ? null : floorOf(project, members);
  const high = floor !== null && floor.value > FLOOR * usable.value;
  const found = outcomeOf({ server, demand, members }, near || high ? 'violates' : 'holds', 'warning');
  if (!high || found.kind !== 'violates') return [found];
  return [
    { ...found, assumes: allAssumptions(found.assumes, floor.assumes), found: { ...found.found, floor: floor.value } },
  ];
}

/** What Rails ≥ 8.1 opens of itself and keeps open: `min_connections` of every pool; null where nothing says so. */
function floorOf(project: Project, members: readonly Member[]): Known<number> | null {
  const rails = project.versions['rails'];
  if (!rails || !atLeast(version(rails), '8.1')) return null;
  const kept = members.map(({ process, pool }) => {
    const least = pool.database.settings.get('min_connections');
    if (!least) return NOTHING;
    return combine(null, [process.copies, least], (copies, count) => copies * (Number(count) || 0));
  });
  const floor = combine(null, kept, (...each) => each.reduce((sum, one) => sum + one, 0));
  return floor.known ? floor : null;
}

const NOTHING: Traced<number> = known(0, { kind: 'sum', from: [] });

function say(want: Near): Sentences {
  const { server, demand } = want;
  if (want.floor !== undefined) {
    return {
      message: `the processes keep ${want.floor} of the ${amount(server.usable)} connections of ${server.name} open, used or not`,
      consequence:
        'min_connections is opened in every process and not closed when it is idle: a deploy, a scaled host or another ' +
        'application finds that much less, all day long.',
      arithmetic: `copies × min_connections = ${want.floor} > ${FLOOR * 100} % of ${usableOf(server)}`,
      advice: 'lower min_connections: pools open what they need when they need it.',
      snippet: null,
    };
  }
  const total = totalOf(server);
  const usable = server.usable.known ? server.usable.value : 0;
  return {
    message: `the processes want ${amount(demand)} of the ${amount(server.usable)} connections that ${server.name} has to give`,
    consequence:
      `${plural(usable - total, 'connection')} ${usable - total === 1 ? 'is' : 'are'} left for everything that is not counted here: the old processes ` +
      'during a deploy, another process or host, a monitor, a second app. Whoever comes last is refused.',
    arithmetic: `${terms(want)} = ${total}, ${Math.floor((total / usable) * 100)} % of ${usableOf(server)}`,
    advice: 'leave room for the next process: fewer threads or processes, or a higher limit of the server:',
    snippet: 'rails-pool-lint budget',
  };
}

function totalOf({ demand, overhead }: Server): number {
  return demand.known && overhead.known ? demand.value + overhead.value : 0;
}
