import Foundation
import JSON
import Testing

/// axe-core, which finds in a page what keeps people out of it: as a Python package brings it along.
enum Axe {
    /// What is said where a test cannot be made.
    static let absence: Comment = "axe is not there: run tools/test once, which installs it under .build/axe."

    /// Its script, if it is there.
    static let file: String? = {
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let libraries = root.appendingPathComponent(".build/axe/lib")
        let pythons = (try? FileManager.default.contentsOfDirectory(atPath: libraries.path)) ?? []
        return pythons.map { "\(libraries.path)/\($0)/site-packages/axe_playwright_python/axe.min.js" }
            .first { FileManager.default.fileExists(atPath: $0) }
    }()

    /// Asks of the page that is open what it violates of WCAG 2.2, levels A and AA, and of what is good practice beside it.
    static let question = """
        axe.run(document, {
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
            resultTypes: ['violations'], preload: false,
        }).then(({ violations }) => violations.map(({ id, help, nodes }) =>
            `${id} (${help}): ` + nodes.slice(0, 4).map(({ target, failureSummary }) =>
                `${target} ${failureSummary.split('\\n').slice(1).join(' ').slice(0, 200)}`).join(' | ')))
        """

    /// Where the focus is, after Tab was pressed: null where it has left the page.
    static let stop = """
        (() => {
            const one = document.activeElement;
            if (!one || one === document.body || one === document.documentElement) return null;
            const style = getComputedStyle(one);
            // Its first line: what stands beside its last one may be in the middle of it all.
            const box = one.getClientRects()[0] ?? one.getBoundingClientRect();
            const isInView = box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight
                && box.left < innerWidth && style.visibility === 'visible' && style.opacity !== '0';
            // A field within which there are several places of its own is as visible as the ring around it.
            const isRinged = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
            const at = document.elementFromPoint(
                Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1),
                Math.min(Math.max(box.top + box.height / 2, 1), innerHeight - 1));
            const isCovered = Boolean(at) && !one.contains(at) && !at.contains(one);
            const index = [...document.querySelectorAll('*')].indexOf(one);
            return { index, isInView, isRinged, isCovered, what: `${one.outerHTML.slice(0, 160)} (${at?.outerHTML.slice(0, 80)})` };
        })()
        """

    /// What can be reached by Tab, by its place in the document: of radio buttons of one name one.
    static let reachable = """
        (() => {
            const all = [...document.querySelectorAll('*')];
            const seen = new Set();
            // Where a page begins at a field, what stands before it is reached by Tab backwards.
            const first = Math.max(0, all.findIndex((one) => one.autofocus));
            return all.filter((one, index) => {
                if (index < first || (first > 0 && index === first)) return false;
                if (!one.matches('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')) return false;
                if (one.disabled || one.tabIndex < 0 || !one.checkVisibility({ visibilityProperty: true })) return false;
                if (one.type !== 'radio') return true;
                if (one.form?.elements[one.name]?.value && !one.checked) return false;
                return !seen.has(one.name) && Boolean(seen.add(one.name));
            }).map((one) => all.indexOf(one));
        })()
        """
}
