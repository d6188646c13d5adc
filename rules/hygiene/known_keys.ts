/**
 * Keys of database.yml that Rails, an adapter or a driver reads: none of them is a typo of another.
 * Sources: activerecord/lib/active_record/database_configurations/hash_config.rb@v8.1.3.1,
 * activerecord/lib/active_record/connection_adapters/{postgresql,mysql2,trilogy,sqlite3}_adapter.rb@v8.1.3.1,
 * postgresql.org/docs/17/libpq-connect.html, mysql2 README@0.5.7, trilogy/contrib/ruby README@v2.9.0
 */
export const KNOWN_KEYS: ReadonlySet<string> = new Set(
  (
    'adapter database url host port username user password socket encoding schema_search_path min_messages variables ' +
    'insert_returning pool max_connections min_connections max_age keepalive pool_jitter checkout_timeout ' +
    'idle_timeout reaping_frequency min_threads max_threads query_cache prepared_statements statement_limit ' +
    'advisory_locks connection_retries retry_deadline verify_timeout replica database_tasks seeds migrations_paths ' +
    'schema_dump schema_cache_path schema_format use_metadata_table timeout retries default_transaction_mode pragmas ' +
    'extensions readonly flags strict collation charset wait_timeout connect_timeout read_timeout write_timeout ' +
    'reconnect init_command local_infile ssl_mode sslmode sslkey sslcert sslca sslcapath sslcipher sslverify ssl ' +
    'ssl_ca ssl_cert ssl_key ssl_capath ssl_cipher tls_min_version keepalives keepalives_idle keepalives_interval ' +
    'keepalives_count keepalive_enabled keepalive_idle keepalive_interval keepalive_count tcp_user_timeout ' +
    'application_name fallback_application_name options target_session_attrs gssencmode krbsrvname service passfile ' +
    'sslrootcert sslcrl sslcompression requiressl channel_binding hostaddr client_encoding dbname replication ' +
    'load_balance_hosts default_file default_group secure_auth symbolize_keys cast_booleans cache_rows'
  ).split(' '),
);

/** What other tools call them, and what people write from memory. */
export const OTHER_NAMES: Readonly<Record<string, string>> = {
  pool_size: 'pool',
  poolsize: 'pool',
  connection_pool: 'pool',
  connection_pool_size: 'pool',
  max_pool: 'pool',
  max_pool_size: 'pool',
  db_pool: 'pool',
  pool_timeout: 'checkout_timeout',
};

/** Keys of the pool, of which a near miss is one. */
export const POOL_TYPOS: ReadonlySet<string> = new Set([
  'pool',
  'max_connections',
  'min_connections',
  'checkout_timeout',
  'idle_timeout',
  'reaping_frequency',
]);
