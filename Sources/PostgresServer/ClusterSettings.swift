/// The server's settings, written anew at every start so that they follow the machine.
struct ClusterSettings: Sendable {
    let memoryMegabytes: Int
    let durability: ClusterOptions.Durability

    /// An eighth of memory: the operating system's cache does the rest, and Daybook runs on the same machine.
    var sharedBuffersMegabytes: Int {
        durability == .none ? 64 : min(max(memoryMegabytes / 8, 64), 2048)
    }

    var text: String {
        """
        # Written by Daybook at every start. Settings of your own go into local.conf beside this file.

        # Reached over the Unix socket alone
        listen_addresses = ''
        port = \(SocketDirectory.port)
        max_connections = \(durability == .none ? 400 : 100)

        # Memory (\(memoryMegabytes) MB found)
        shared_buffers = \(sharedBuffersMegabytes)MB
        effective_cache_size = \(max(memoryMegabytes / 2, 128))MB
        work_mem = 16MB
        maintenance_work_mem = \(min(max(memoryMegabytes / 16, 64), 512))MB

        # What is acknowledged is on disk
        fsync = \(durable)
        synchronous_commit = \(durable)
        full_page_writes = \(durable)
        wal_level = replica
        wal_compression = lz4
        wal_buffers = 16MB
        min_wal_size = 128MB
        max_wal_size = 4GB
        checkpoint_timeout = 15min
        checkpoint_completion_target = 0.9

        # Short statements, solid-state disks
        jit = off
        random_page_cost = 1.1

        # Words and times mean the same everywhere
        lc_messages = 'C'
        timezone = 'UTC'
        log_timezone = 'UTC'

        # The log names no parameter, no row and no statement: they may hold personal data
        logging_collector = on
        log_directory = '../log'
        log_filename = '\(ServerLog.fileNamePattern)'
        log_file_mode = 0600
        log_rotation_size = \(ServerLog.fileMegabytes)MB
        log_rotation_age = 1d
        log_line_prefix = '%m [%p] %q%a '
        log_error_verbosity = terse
        log_min_error_statement = panic
        log_parameter_max_length = 0
        log_parameter_max_length_on_error = 0
        log_checkpoints = off
        log_startup_progress_interval = 1s

        include_if_exists 'local.conf'

        """
    }

    private var durable: String { durability == .full ? "on" : "off" }
}
