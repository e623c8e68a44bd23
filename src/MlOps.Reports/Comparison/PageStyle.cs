namespace MlOps.Reports;

/// <summary>The style sheet of HTML pages. It contains no angle brackets and ampersands, because browsers do not unescape style sheets.</summary>
internal static class PageStyle
{
    public const string Text =
        """
        :root{color-scheme:light dark;--text:#1f2328;--muted:#59636e;--line:#d1d9e0;--grid:#e4e8ec;--back:#fff;--panel:#f6f8fa;--best:#d3f5da;--bad:#b3261e;
        --rest:#b4bcc4;
        --c0:#0a6ab0;--c1:#d04a02;--c2:#00805c;--c3:#b8448a;--c4:#9a6b00;--c5:#2b93d1;--c6:#7352c4;--c7:#7a4a2b}
        @media(prefers-color-scheme:dark){:root{--text:#e6edf3;--muted:#9aa4af;--line:#3d444d;--grid:#2a3038;--back:#0d1117;--panel:#161b22;--best:#1b4a2a;
        --bad:#ff8a80;--rest:#545d68;
        --c0:#4aa8ee;--c1:#ff8a4c;--c2:#2cc295;--c3:#ef8dc6;--c4:#e3b341;--c5:#8ad2ff;--c6:#b79cff;--c7:#d0a382}}
        *{box-sizing:border-box}
        body{font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;color:var(--text);background:var(--back);margin:0 auto;max-width:84rem;
        padding:1.25rem 1rem 3rem}
        h1{font-size:1.5rem;line-height:1.25;margin:0;overflow-wrap:anywhere}h2{font-size:1.15rem;margin:2rem 0 .5rem}
        p{margin:.25rem 0;overflow-wrap:anywhere}.note,.muted{color:var(--muted);font-size:.85rem}.muted{font-weight:400}
        summary{cursor:pointer;font-size:1.15rem;font-weight:600;margin:2rem 0 .5rem}
        .wide{background:linear-gradient(90deg,var(--back) 40%,transparent) 0 0/3rem 100% no-repeat local,
        linear-gradient(-90deg,var(--back) 40%,transparent) 100% 0/3rem 100% no-repeat local,
        linear-gradient(-90deg,var(--line),transparent) 100% 0/.75rem 100% no-repeat scroll;
        overflow-x:auto;border:1px solid var(--line);border-radius:.5rem;max-width:100%;width:fit-content}
        table{border-collapse:separate;border-spacing:0;font-size:.9rem;width:max-content}
        th,td{border-bottom:1px solid var(--line);padding:.35rem .75rem;text-align:left;vertical-align:top;max-width:24rem;overflow-wrap:break-word}
        tbody tr:last-child th,tbody tr:last-child td{border-bottom:0}
        thead th{background:var(--panel);vertical-align:bottom;font-weight:600}thead .group{color:var(--muted);font-weight:400;border-bottom:0;
        padding-bottom:0;font-size:.8rem}
        tbody th{font-weight:500}.runs th:first-child{position:sticky;left:0;background:var(--back);z-index:1;min-width:9rem;max-width:19rem;
        border-right:1px solid var(--line)}
        .runs thead th:first-child{background:var(--panel)}
        .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}td.number small{display:block;color:var(--muted);font-size:.75rem;
        font-weight:400}
        .best{background:var(--best);font-weight:700}.none{color:var(--muted)}.bad{color:var(--bad);font-weight:600}
        .swatch{width:1.5rem;height:.5rem;margin-right:.5rem;vertical-align:middle;flex:none}.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;
        margin:.5rem 0 1rem;padding:0;list-style:none;font-size:.85rem}
        .legend li{overflow-wrap:anywhere}
        .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,23rem),1fr));gap:1rem}
        figure{margin:0;border:1px solid var(--line);border-radius:.5rem;padding:.75rem .75rem .5rem;min-width:0}figcaption{font-weight:600;
        overflow-wrap:anywhere;margin-bottom:.25rem}
        figure p{color:var(--muted);font-size:.8rem}
        .mlops-chart{display:block;width:100%;height:auto;font:12px system-ui,-apple-system,"Segoe UI",sans-serif}.mlops-chart text{fill:var(--muted)}
        .grid{stroke:var(--grid)}
        .r0{--c:var(--c0)}.r1{--c:var(--c1)}.r2{--c:var(--c2)}.r3{--c:var(--c3)}.r4{--c:var(--c4)}.r5{--c:var(--c5)}.r6{--c:var(--c6)}.r7{--c:var(--c7)}
        .rest{--c:var(--rest)}
        .line,.gap{fill:none;stroke:var(--c);stroke-width:2;stroke-linecap:round;stroke-linejoin:round}.line.rest{stroke-width:1.25}
        .line:hover{stroke-width:4}
        .line.r4,.line.r5,.line.r6,.line.r7{stroke-dasharray:7 4}.band{fill:var(--c);fill-opacity:.16;stroke:none}
        @media(max-width:40rem){body{padding:1rem .75rem 2rem}th,td{padding:.3rem .5rem}td{max-width:12rem}.runs th:first-child{min-width:7.5rem;
        max-width:10.5rem}}
        @media print{.wide{overflow:visible}}
        """;
}
