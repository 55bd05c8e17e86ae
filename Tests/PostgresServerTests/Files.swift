#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct FileFailure: Error {
    var number: Int32
}

func makeDirectory(_ path: String, mode: mode_t = 0o755) throws {
    guard mkdir(path, mode) == 0 else { throw FileFailure(number: errno) }
}

func writeFile(_ path: String, _ text: String) throws {
    guard let file = fopen(path, "w") else { throw FileFailure(number: errno) }
    fputs(text, file)
    fclose(file)
}

func mode(of path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
}

func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

func signalProcess(_ id: Int32, _ number: Int32) { kill(id, number) }
