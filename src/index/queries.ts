/** How long a use of the database keeps its connection, by itself. */
export type Hold = 'query' | 'transaction' | 'lease';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Methods of a model, a relation or an association that ask the database. */
const READS = words(`all find find_by find_by! find_sole_by sole take take! first first! second third last last! where
  rewhere order reorder limit offset joins left_joins left_outer_joins includes preload eager_load group having distinct
  select pluck pick ids count sum average minimum maximum calculate exists? any? none? many? one? find_each
  find_in_batches in_batches find_by_sql count_by_sql unscoped load load_async lock readonly explain reload to_a each map
  collect flat_map each_with_index size length empty? present? blank? delete_all update_all insert insert! insert_all
  insert_all! upsert upsert_all delete delete_by update_column update_columns touch_all update_counters
  increment_counter decrement_counter reset_counters import import! execute exec_query select_all select_value
  select_values select_rows select_one in_order_of with
  find_or_initialize_by first_or_initialize`);

/** Methods that open a transaction. */
const TRANSACTIONS = words(`create create! update update! update_attribute update_attribute! update_attributes
  update_attributes! save save! destroy destroy! destroy_all destroy_by find_or_create_by find_or_create_by!
  create_or_find_by create_or_find_by! first_or_create first_or_create! transaction with_lock lock! touch toggle!
  increment! decrement! create_association`);

/** What an association that is loaded already answers from memory: nobody here knows whether it is. */
const FROM_MEMORY = words(`to_a each map collect flat_map each_with_index size length empty? present? blank? any? none?
  many? one? first second third last take load all select sum include?`);

/** Whether an association answers this method from memory once it is loaded. */
export function needsNoQuery(method: string): boolean {
  return FROM_MEMORY.has(method);
}

/** Methods of one record, known or called after its model. */
const RECORD_READS = words('reload update_column update_columns delete reload!');

/** What a method of a model or a relation holds a connection for; null where it needs none. */
export function holdOfRelation(method: string): Hold | null {
  if (LEASES.has(method)) return 'lease';
  if (TRANSACTIONS.has(method)) return 'transaction';
  return READS.has(method) || /^find_by_\w/.test(method) ? 'query' : null;
}

/** What a method of one record holds a connection for; null where it needs none, or nobody can tell. */
export function holdOfRecord(method: string): Hold | null {
  if (TRANSACTIONS.has(method) && !/^(?:create|find_or|first_or)/.test(method)) return 'transaction';
  return RECORD_READS.has(method) ? 'query' : null;
}

/** `Photo.connection`: keeps it until the unit of work ends, in every version. */
const LEASES = words('connection lease_connection retrieve_connection');

/** What a call on ActiveRecord::Base itself asks for. */
export function holdOfBase(method: string): Hold | null {
  if (LEASES.has(method)) return 'lease';
  if (method === 'transaction') return 'transaction';
  return /^(?:find_by_sql|count_by_sql|sanitize_and_execute)$/.test(method) ? 'query' : null;
}

/** From the shortest to the longest. */
export const HOLDS: readonly Hold[] = ['query', 'transaction', 'lease'];
