/// How the report looks: one sheet, light or dark as the reader's system is.
enum ReportStyle {
    /// Of curves, on light and on dark ground; each stands out from its ground by 3 : 1 or more.
    static let colours: [(light: String, dark: String)] = [
        ("#c2255c", "#ff7aa8"), ("#1864ab", "#6cb6ff"), ("#2b8a3e", "#69db7c"), ("#b35900", "#ffb454"), ("#6741d9", "#b197fc"),
        ("#0b7285", "#4dd4e6"), ("#5c4a00", "#e3d26f"), ("#862e9c", "#f0a1ff"), ("#495057", "#ced4da"), ("#a61e4d", "#ffc9a3"),
    ]

    static var sheet: String {
        """
        :root { color-scheme: light dark; --ground: #fff; --text: #1b1f24; --faint: #59636e; --rule: #d1d9e0; --band: #f3f5f8;
          \(variables(\.light)) }
        @media (prefers-color-scheme: dark) { :root { --ground: #14171c; --text: #e6e9ee; --faint: #9aa4b1; --rule: #343b45;
          --band: #1d222a; \(variables(\.dark)) } }
        \(rules)
        """
    }

    private static func variables(_ tone: KeyPath<(light: String, dark: String), String>) -> String {
        colours.enumerated().map { "--c\($0.offset): \($0.element[keyPath: tone]);" }.joined(separator: " ")
    }

    private static var rules: String {
        """
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 1120px; padding: 24px 20px 64px; background: var(--ground); color: var(--text);
          font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
        h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 19px; margin: 40px 0 8px; } h3 { font-size: 16px; margin: 24px 0 4px; }
        p, ul { margin: 8px 0; } .note { color: var(--faint); font-size: 14px; }
        code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 12.5px; overflow-wrap: anywhere; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 8px 0; }
        th, td { padding: 4px 9px; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
        th:first-child, td:first-child, td.words { text-align: left; } td.words { white-space: normal; }
        thead th { color: var(--faint); font-weight: 600; } tbody tr:hover { background: var(--band); }
        tr.anchor td { font-weight: 600; } td.error { color: var(--c0); text-align: left; white-space: normal; }
        .plot { display: block; width: 100%; height: auto; margin: 8px 0; font: 13px system-ui, "DejaVu Sans", sans-serif; }
        .plot text { fill: var(--faint); } .plot .title { fill: var(--text); }
        .plot .grid { stroke: var(--rule); fill: none; } .plot .frame { stroke: var(--faint); fill: none; }
        .curve path { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; } .curve circle { fill: currentColor; }
        .curve circle:hover { stroke: var(--text); stroke-width: 2; } .published path { stroke-dasharray: 6 4; }
        .published circle { fill: var(--ground); stroke: currentColor; stroke-width: 1.5; }
        .legend { display: flex; flex-wrap: wrap; gap: 4px 20px; list-style: none; padding: 0; }
        .legend svg { width: 26px; height: 12px; vertical-align: -1px; margin-right: 6px; }
        \(colours.indices.map { ".c\($0) { color: var(--c\($0)); }" }.joined(separator: " "))
        .crops { display: grid; grid-template-columns: repeat(auto-fill, minmax(256px, 1fr)); gap: 16px; }
        .crops figure { margin: 0; } .crops img { display: block; width: 256px; max-width: 100%; height: auto; }
        .crops figcaption { font-size: 13px; color: var(--faint); } .crops b { color: var(--text); }
        details { border-bottom: 1px solid var(--rule); padding: 6px 0; } summary { cursor: pointer; }
        """
    }
}
