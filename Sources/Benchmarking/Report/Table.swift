/// A table of HTML: the first column words, the others numbers.
struct Table {
    struct Row {
        let cells: [String]
        let isMarked: Bool
        /// What stands in place of all further cells.
        let error: String?

        init(_ cells: [String], isMarked: Bool = false, error: String? = nil) {
            self.cells = cells
            self.isMarked = isMarked
            self.error = error
        }
    }

    let head: [String]
    let rows: [Row]

    var html: String {
        let titles = head.map { "<th scope=\"col\">\($0.escaped)</th>" }.joined()
        return "<div class=\"wide\"><table>\n<thead><tr>\(titles)</tr></thead>\n<tbody>\n"
            + rows.map(html).joined(separator: "\n") + "\n</tbody></table></div>"
    }

    private func html(_ row: Row) -> String {
        var cells = row.cells.map { "<td>\($0.escaped)</td>" }
        if let error = row.error {
            cells.append("<td class=\"error\" colspan=\"\(head.count - row.cells.count)\">\(error.escaped)</td>")
        }
        return "<tr\(row.isMarked ? " class=\"anchor\"" : "")>\(cells.joined())</tr>"
    }
}
