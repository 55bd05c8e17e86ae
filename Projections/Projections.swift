package import Foundation

/// The read models that come with Daybook: a folder each of SQL and a manifest.
package enum Projections {
    /// The folder that holds them, wherever the program was installed and whatever directory it runs in.
    package static var directory: URL { Bundle.module.bundleURL }
}
