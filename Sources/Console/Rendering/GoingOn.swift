import HTTPAPI

extension Templates {
    /// A page that goes on by itself. A browser that another site led here would be led on by that site to wherever it is sent, and
    /// leave the cookie of the session behind. From a page of this site it comes along.
    func goingOn(to next: String, title: String, institution: String) throws -> Reply {
        PageReply.html(
            try render("going-on", ["next": next, "title": title, "site": ["institution": institution]])
        )
    }
}
