import OpenSSL
import Testing
import Time

@testable import S3

/// AWS Signature Version 4 against the numbers that AWS published: its test suite, and the examples of the documentation of
/// S3 ("Authenticating Requests: Using the Authorization Header").
struct RequestSignatureTests {
    private static let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    /// A request of the test suite: its query, header fields beside the usual ones, and the signature.
    struct Vector: Sendable, CustomTestStringConvertible {
        var name: String
        var method = "GET"
        var path = "/"
        var query: [(String, String)] = []
        var headers: [(String, String)] = []
        var signature: String
        var testDescription: String { name }
    }

    @Test(arguments: [
        Vector(name: "get-vanilla", signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Vector(
            name: "get-vanilla-query-order-key-case",
            query: [("Param2", "value2"), ("Param1", "value1")],
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
        ),
        Vector(
            name: "post-vanilla",
            method: "POST",
            signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        ),
        Vector(
            name: "get-header-value-trim",
            headers: [("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")],
            signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"
        ),
    ])
    func theTestSuiteIsSignedAsPublished(vector: Vector) throws {
        let signer = RequestSignature(
            credentials: S3Credentials(
                accessKeyID: "AKIDEXAMPLE",
                secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
            ),
            region: "us-east-1",
            service: "service",
            now: try #require(Timestamp(rfc3339: "2015-08-30T12:36:00Z"))
        )
        let signed = signer.authorization(
            method: vector.method,
            path: vector.path,
            query: vector.query,
            headers: [("Host", "example.amazonaws.com"), ("X-Amz-Date", "20150830T123600Z")] + vector.headers,
            payloadDigest: Self.nothing
        )
        #expect(signed.hasSuffix("Signature=\(vector.signature)"), "\(signed)")
    }

    @Test(arguments: [
        Vector(
            name: "GET Object",
            path: "test.txt",
            headers: [("Range", "bytes=0-9")],
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        ),
        Vector(
            name: "PUT Object",
            method: "PUT",
            path: "test$file.text",
            headers: [("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
            signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        ),
        Vector(
            name: "GET Bucket Lifecycle",
            path: "",
            query: [("lifecycle", "")],
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
        ),
        Vector(
            name: "GET Bucket (List Objects)",
            path: "",
            query: [("prefix", "J"), ("max-keys", "2")],
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        ),
    ])
    func theExamplesOfS3AreSignedAsPublished(vector: Vector) throws {
        let digest = vector.method == "PUT" ? SHA256.hash("Welcome to Amazon S3.").hex : Self.nothing
        let bucket = try #require(
            S3Bucket(name: "examplebucket", region: "us-east-1", endpoint: "https://s3.amazonaws.com", style: .virtual)
        )
        #expect(bucket.host == "examplebucket.s3.amazonaws.com")
        let signed = RequestSignature(
            credentials: S3Credentials(
                accessKeyID: "AKIAIOSFODNN7EXAMPLE",
                secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
            ),
            region: "us-east-1",
            now: try #require(Timestamp(rfc3339: "2013-05-24T00:00:00Z"))
        ).authorization(
            method: vector.method,
            path: bucket.path(vector.path),
            query: vector.query,
            headers: [
                ("Host", bucket.host), ("x-amz-date", "20130524T000000Z"), ("x-amz-content-sha256", digest),
            ] + vector.headers,
            payloadDigest: digest
        )
        #expect(signed.hasSuffix("Signature=\(vector.signature)"), "\(signed)")
    }

    @Test func aBucketStandsInTheHostOrInThePath() throws {
        let aws = try #require(S3Bucket(name: "books", region: "eu-central-1"))
        #expect(aws.host == "books.s3.eu-central-1.amazonaws.com" && aws.path("a b/ü") == "/a%20b/%C3%BC")
        let own = try #require(S3Bucket(name: "books", region: "eu-1", endpoint: "https://S3.school.example:443/"))
        #expect(own.host == "s3.school.example" && own.path("a") == "/books/a" && own.path("") == "/books")
        for (name, endpoint) in [
            ("Books", "https://h"), ("b", "https://h"), ("books", "ftp://h"), ("books", "https://"),
            ("books", "https://user:word@h"), ("books", "https://h/path"), ("a..b", "https://h"),
        ] {
            #expect(S3Bucket(name: name, region: "eu-1", endpoint: endpoint) == nil)
        }
    }

    @Test func aProfileIsReadFromTheFileOfTheCommandLine() {
        let text = """
            # mine
            [default]
            aws_access_key_id = AKID1
            aws_secret_access_key=a/b=c

            [ offsite ]
            aws_access_key_id=AKID2
            aws_secret_access_key = s
            aws_session_token = t
            """
        #expect(
            S3Credentials(file: text, profile: "default")
                == S3Credentials(accessKeyID: "AKID1", secretAccessKey: "a/b=c")
        )
        #expect(
            S3Credentials(file: text, profile: "offsite")
                == S3Credentials(accessKeyID: "AKID2", secretAccessKey: "s", sessionToken: "t")
        )
        #expect(S3Credentials(file: text, profile: "other") == nil)
    }

    @Test func credentialsShowNoSecret() {
        let credentials = S3Credentials(accessKeyID: "AKID", secretAccessKey: "hush", sessionToken: "whisper")
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped] {
            #expect(!text.contains("hush") && !text.contains("whisper"))
        }
    }
}
