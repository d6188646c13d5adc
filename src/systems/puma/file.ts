import type { HostCall, HostObject } from '../../ruby/host.ts';
import type { Value } from '../../ruby/values.ts';
import type { Span } from '../../text/source.ts';
import type { Assumption } from '../../value/origin.ts';
import { known } from '../../value/traced.ts';
import type { HookStep } from '../system.ts';
import { stepsOf } from './hook_body.ts';

/** A directive of puma.rb as it was called. */
export interface PumaCall {
  readonly method: string;
  readonly args: readonly Value[];
  readonly at: Span;
  readonly assumes: readonly Assumption[];
  readonly hasBlock: boolean;
  /** What the block of a hook does; null for other directives, and where the block stands elsewhere. */
  readonly body: readonly HookStep[] | null;
  /** Inside `single { … }` or `cluster { … }`: it counts only where Puma runs that way. */
  readonly mode: 'always' | 'single' | 'cluster';
}

/** Directives that run a block some time later, under their old and new names. */
export const HOOKS: ReadonlySet<string> = new Set([
  'before_fork',
  'on_worker_boot',
  'before_worker_boot',
  'on_worker_shutdown',
  'before_worker_shutdown',
  'on_worker_fork',
  'before_worker_fork',
  'after_worker_fork',
  'after_worker_boot',
  'after_worker_shutdown',
  'on_booted',
  'after_booted',
  'on_stopped',
  'after_stopped',
  'on_restart',
  'before_restart',
  'on_refork',
  'before_refork',
  'after_refork',
  'on_thread_start',
  'before_thread_start',
  'on_thread_exit',
  'before_thread_exit',
  'out_of_band',
]);

/** Directives that say nothing of threads, processes or memory. */
const WITHOUT_CONSEQUENCE = new Set(
  (
    'activate_control_app app bind bind_to_activated_sockets clean_thread_locals clear_binds! custom_logger daemonize ' +
    'debug default_host directory drain_on_shutdown early_hints enable_keep_alives environment ' +
    'extra_runtime_dependencies fiber_per_request first_data_timeout force_shutdown_after http_content_length_limit ' +
    'idle_timeout io_selector_backend load log_formatter log_requests lowlevel_error_handler max_fast_inline ' +
    'max_keep_alive mutate_stdout_and_stderr_to_sync_on_write nakayoshi_fork persistent_timeout pidfile port ' +
    'queue_requests quiet rack_url_scheme rackup raise_exception_on_sigterm restart_command set_default_host ' +
    'set_remote_address shutdown_debug silence_single_worker_warning ssl_bind ' +
    'state_path state_permission stdout_redirect supported_http_methods tag tcp_mode! wait_for_less_busy_worker ' +
    'worker_boot_timeout worker_check_interval worker_culling_strategy worker_directory worker_shutdown_timeout ' +
    'worker_timeout'
  ).split(' '),
);

const SETTINGS = new Set([
  'threads',
  'workers',
  'preload_app!',
  'prune_bundler',
  'fork_worker',
  'max_io_threads',
  'plugin',
  'solid_queue_mode',
  'silence_fork_callback_warning',
]);

/** `self` in puma.rb: writes down what it is told, to be read by the rules of a version afterwards. */
export class PumaFile implements HostObject {
  readonly hostName = 'Puma::DSL';
  readonly calls: PumaCall[] = [];
  #mode: PumaCall['mode'] = 'always';

  call(call: HostCall): Value | undefined {
    const { method, at, assumes } = call;
    const answer = known(null, { kind: 'code', at, from: [] } as const, assumes);
    if (method === 'single' || method === 'cluster') {
      this.calls.push(this.#heard(call, null));
      if (!call.block) return answer;
      const outside = this.#mode;
      this.#mode = method;
      call.run(call.block, [], this);
      this.#mode = outside;
      return answer;
    }
    if (method === 'inject' && call.block) {
      call.run(call.block, [], this);
      return answer;
    }
    if (SETTINGS.has(method) || HOOKS.has(method) || method === '_load_from') {
      this.calls.push(this.#heard(call, call.block && HOOKS.has(method) ? stepsOf(call.block) : null));
      return answer;
    }
    return WITHOUT_CONSEQUENCE.has(method) ? answer : undefined;
  }
  #heard({ method, args, at, assumes, block }: HostCall, body: PumaCall['body']): PumaCall {
    return { method, args, at, assumes, hasBlock: block !== null, body, mode: this.#mode };
  }
}
