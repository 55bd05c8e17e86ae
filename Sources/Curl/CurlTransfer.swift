import Addresses
import CCurl

/// One transfer under way, with the library's handle. Touched by the thread of its client alone.
final class CurlTransfer {
    /// The library's handle.
    let handle: UnsafeMutableRawPointer

    private let request: CurlRequest
    private let reach: CurlReach
    private let isEncrypted: Bool
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var recipients: UnsafeMutablePointer<curl_slist>?
    private var sent = 0
    private var answer = CurlAnswer()
    private var isAnswerTooLong = false
    private var hasMetForbiddenAddress = false

    init(_ request: CurlRequest, reach: CurlReach) throws(CurlError) {
        guard let handle = curl_easy_init() else { throw CurlError(.invalid, "libcurl could not be set up.") }
        self.handle = handle
        self.request = request
        self.reach = reach
        isEncrypted = !request.url.lowercased().hasPrefix("http:")
        try prepare()
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headers)
        curl_slist_free_all(recipients)
    }

    /// What came of it, once it is over.
    func result(_ code: CURLcode) -> Result<CurlAnswer, CurlError> {
        var status = 0
        _ = ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        answer.status = status
        if code == CURLE_OK { return .success(answer) }
        if hasMetForbiddenAddress, code == CURLE_COULDNT_CONNECT {
            return .failure(CurlError(.forbiddenAddress, "The address is not one that may be connected to"))
        }
        if isAnswerTooLong {
            return .failure(
                CurlError(.answerTooLong, "The answer is longer than \(request.maximumAnswer) bytes", answer: answer)
            )
        }
        return .failure(CurlError(code, answer: answer))
    }

    // MARK: Options

    private func prepare() throws(CurlError) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        try set(CURLOPT_URL, request.url)
        try check(ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1))
        try check(ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, request.timeout.wholeMilliseconds))
        try check(ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.wholeMilliseconds))
        if let stall = request.stall {
            try check(ccurl_set_long(handle, CURLOPT_LOW_SPEED_LIMIT, 1))
            try check(ccurl_set_long(handle, CURLOPT_LOW_SPEED_TIME, max(1, Int(stall.components.seconds))))
        }
        try check(ccurl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0))
        // No proxy, whatever the environment says: it would resolve names itself.
        try set(CURLOPT_PROXY, "")
        if let authorities = request.authorities { try set(CURLOPT_CAINFO, authorities) }
        try check(ccurl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, context))
        try check(ccurl_set_open(handle) { context, _, address in CurlTransfer.of(context).open(address) })
        try check(ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context))
        try check(
            ccurl_set_bytes(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                CurlTransfer.of(context).receive(bytes, size * count)
            }
        )
        try check(ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context))
        try check(
            ccurl_set_bytes(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                CurlTransfer.of(context).receiveLine(bytes, size * count)
            }
        )
        try check(ccurl_set_pointer(handle, CURLOPT_READDATA, context))
        try check(
            ccurl_set_bytes(handle, CURLOPT_READFUNCTION) { bytes, size, count, context in
                CurlTransfer.of(context).give(bytes, size * count)
            }
        )
        try check(ccurl_set_pointer(handle, CURLOPT_SEEKDATA, context))
        try check(
            ccurl_set_seek(handle) { context, offset, origin in
                guard origin == SEEK_SET else { return CURL_SEEKFUNC_CANTSEEK }
                CurlTransfer.of(context).sent = Int(offset)
                return CURL_SEEKFUNC_OK
            }
        )
        switch request.operation {
        case .http(let method): try prepareHTTP(method)
        case .mail(let sender, let receivers): try prepareMail(sender, receivers)
        }
    }

    private func prepareHTTP(_ method: String) throws(CurlError) {
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        for header in request.headers { try append("\(header.name): \(header.value)", to: &headers) }
        if method != "GET", !request.body.isEmpty {
            try check(ccurl_set_long(handle, CURLOPT_UPLOAD, 1))
            try check(ccurl_set_size(handle, CURLOPT_INFILESIZE_LARGE, Int64(request.body.count)))
            // Else a long body waits a second for leave that few servers give.
            try append("Expect:", to: &headers)
        }
        if method == "HEAD" { try check(ccurl_set_long(handle, CURLOPT_NOBODY, 1)) }
        try set(CURLOPT_CUSTOMREQUEST, method)
        try check(ccurl_set_list(handle, CURLOPT_HTTPHEADER, headers))
    }

    private func prepareMail(_ sender: String, _ receivers: [String]) throws(CurlError) {
        try set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        let security = request.mailSecurity == .required ? CURLUSESSL_ALL : CURLUSESSL_NONE
        try check(ccurl_set_long(handle, CURLOPT_USE_SSL, Int(security.rawValue)))
        if let credentials = request.credentials {
            try set(CURLOPT_USERNAME, credentials.user)
            try set(CURLOPT_PASSWORD, credentials.password)
        }
        try set(CURLOPT_MAIL_FROM, "<\(sender)>")
        for receiver in receivers { try append("<\(receiver)>", to: &recipients) }
        try check(ccurl_set_list(handle, CURLOPT_MAIL_RCPT, recipients))
        try check(ccurl_set_long(handle, CURLOPT_UPLOAD, 1))
        try check(ccurl_set_size(handle, CURLOPT_INFILESIZE_LARGE, Int64(request.body.count)))
    }

    /// Nothing that ends a line: it would begin a header field or a command of somebody else's making.
    private func set(_ option: CURLoption, _ text: String) throws(CurlError) {
        try checkLine(text)
        try check(ccurl_set_text(handle, option, text))
    }

    private func append(_ text: String, to list: inout UnsafeMutablePointer<curl_slist>?) throws(CurlError) {
        try checkLine(text)
        guard let longer = curl_slist_append(list, text) else { throw CurlError(.invalid, "No memory is left.") }
        list = longer
    }

    private func checkLine(_ text: String) throws(CurlError) {
        guard !text.utf8.contains(where: { $0 == 10 || $0 == 13 || $0 == 0 }) else {
            throw CurlError(.invalid, "A line of the request has a line break in it.")
        }
    }

    private func check(_ code: CURLcode) throws(CurlError) {
        guard code == CURLE_OK else { throw CurlError(code, answer: CurlAnswer()) }
    }

    // MARK: What the library asks

    private static func of(_ context: UnsafeMutableRawPointer?) -> CurlTransfer {
        // The library gives back what `prepare` gave it.
        Unmanaged<CurlTransfer>.fromOpaque(context.unsafelyUnwrapped).takeUnretainedValue()
    }

    private func open(_ address: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard let address, ccurl_address(address, &bytes) == 1,
            reach.allows(bytes.withUnsafeBytes { IPAddress(bytes: $0) }, isEncrypted: isEncrypted)
        else {
            hasMetForbiddenAddress = true
            return CURL_SOCKET_BAD
        }
        return ccurl_open(address)
    }

    private func receive(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        guard answer.body.count + count <= request.maximumAnswer else {
            isAnswerTooLong = true
            return 0
        }
        answer.body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
        return count
    }

    private func receiveLine(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        guard answer.lines.count < 200 else {
            isAnswerTooLong = true
            return 0
        }
        var line = UnsafeRawBufferPointer(start: bytes, count: count)[...]
        while let last = line.last, last == 10 || last == 13 { line = line.dropLast() }
        answer.lines.append(String(decoding: line, as: UTF8.self))
        return count
    }

    private func give(_ buffer: UnsafeMutablePointer<CChar>?, _ room: Int) -> Int {
        let count = min(room, request.body.count - sent)
        guard count > 0, let buffer else { return 0 }
        request.body.withUnsafeBytes { body in
            UnsafeMutableRawPointer(buffer).copyMemory(
                from: body.baseAddress.unsafelyUnwrapped + sent,
                byteCount: count
            )
        }
        sent += count
        return count
    }
}

extension Duration {
    /// In milliseconds, at least one: none at all means for ever to the library.
    fileprivate var wholeMilliseconds: Int { max(1, Int(self / .milliseconds(1))) }
}
