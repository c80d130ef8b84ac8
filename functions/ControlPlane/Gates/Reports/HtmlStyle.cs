namespace LlmOps.Gates.Reports;

/// <summary>The page's look, for light and dark.</summary>
internal static class HtmlStyle
{
    public const string Sheet = """

        :root { --ink: #1c2024; --soft: #5c6670; --line: #dfe3e8; --paper: #fff; --shade: #f5f7f9;
          --pass: #1a7f4b; --fail: #c02a37; --open: #a06400; color-scheme: light dark; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --soft: #9aa4ae; --line: #333a42; --paper: #14171a; --shade: #1c2126;
          --pass: #4cc38a; --fail: #ff6b78; --open: #f0b54a; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 32px 24px 64px; max-width: 1180px; background: var(--paper); color: var(--ink);
          font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
        header { border-left: 6px solid var(--tone); padding: 2px 0 2px 20px; }
        .Pass { --tone: var(--pass); } .Fail { --tone: var(--fail); } .Inconclusive { --tone: var(--open); }
        .verdict { margin: 0; color: var(--tone); font-weight: 700; text-transform: uppercase; letter-spacing: .06em; font-size: 13px; }
        h1 { margin: 0 0 4px; font-size: 28px; line-height: 1.2; overflow-wrap: anywhere; } h1 span { color: var(--soft); font-weight: 500; }
        header p { margin: 0 0 12px; max-width: 90ch; overflow-wrap: anywhere; }
        h2 { margin: 36px 0 10px; font-size: 18px; } small { color: var(--soft); font-size: 12.5px; font-weight: 400; }
        dl { display: flex; flex-wrap: wrap; gap: 6px 28px; margin: 0; } dt { color: var(--soft); font-size: 12.5px; } dd { margin: 0; }
        code { font: 13px/1.4 ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
        th { text-align: left; color: var(--soft); font-size: 12.5px; font-weight: 500; white-space: nowrap; }
        th, td { padding: 8px 14px 8px 0; border-top: 1px solid var(--line); vertical-align: middle; } thead th { border-top: 0; }
        td:first-child code { overflow-wrap: normal; white-space: nowrap; }
        .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        tr.why td { border-top: 0; padding: 0 0 10px; color: var(--tone); font-size: 13.5px; overflow-wrap: anywhere; }
        .chip { display: inline-block; padding: 1px 9px; border-radius: 99px; font-size: 12.5px; font-weight: 600; white-space: nowrap;
          color: var(--tone); background: color-mix(in srgb, var(--tone) 14%, transparent); } .chip.lost { --tone: var(--fail); }
        .difference { display: flex; align-items: center; gap: 12px; font-size: 13.5px; line-height: 1.35; white-space: nowrap; font-variant-numeric: tabular-nums; }
        .bar { flex: none; } .bar line { stroke: var(--soft); stroke-width: 1; } .bar .limit { stroke: var(--ink); stroke-dasharray: 3 3; stroke-width: 1.5; }
        .bar .range { stroke: var(--tone); stroke-width: 5; stroke-linecap: round; opacity: .45; } .bar circle { fill: var(--tone); }
        .key { color: var(--soft); font-size: 13px; } .key i { display: inline-block; height: 13px; margin: 0 4px; vertical-align: -2px; border-left: 1px solid var(--soft); }
        .key i.limit { border-left: 2px dashed var(--ink); }
        details { border-top: 1px solid var(--line); } details:last-of-type { border-bottom: 1px solid var(--line); }
        summary { padding: 9px 0; cursor: pointer; overflow-wrap: anywhere; } summary code { color: var(--soft); margin-right: 8px; }
        .answers { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; padding: 2px 0 18px 18px; }
        .answers .all { grid-column: 1 / -1; } .answers dd { white-space: pre-wrap; overflow-wrap: anywhere; max-height: 24em; overflow-y: auto; }
        .answers .wrong, .answers .right { background: var(--shade); padding: 8px 12px; border-left: 3px solid var(--fail); } .answers .right { border-color: var(--pass); }
        .notes ul { padding-left: 18px; color: var(--soft); font-size: 13.5px; overflow-wrap: anywhere; }
        @media (max-width: 700px) { .answers { grid-template-columns: 1fr; } body { padding: 20px 16px 48px; } }
        @media print { details { break-inside: avoid; } body { max-width: none; } }

        """;
}
