namespace MlOps.Monitoring.Reports;

/// <summary>The part of the style sheet that only monitoring reports have. It contains no angle brackets and ampersands.</summary>
internal static class ReportStyle
{
    public const string Text =
        """
        :root{--ok:#1a7f37;--warn:#8a5a00;--act:#b3261e;--idle:#4f5b66;--ok-back:#e6f6ea;--warn-back:#fff4d6;--act-back:#fdeceb;--idle-back:#eef1f4}
        @media(prefers-color-scheme:dark){:root{--ok:#56d364;--warn:#e3b341;--act:#ff8a80;--idle:#a9b4c0;--ok-back:#0f2a18;--warn-back:#2d2408;
        --act-back:#351614;--idle-back:#1a2028}}
        .ok{--state:var(--ok);--state-back:var(--ok-back)}.warn{--state:var(--warn);--state-back:var(--warn-back)}
        .act{--state:var(--act);--state-back:var(--act-back)}.idle{--state:var(--idle);--state-back:var(--idle-back)}
        body{max-width:76rem}
        header p{margin:.1rem 0 0}
        .verdict{display:flex;gap:.9rem;align-items:flex-start;background:var(--state-back);border:1px solid var(--state);border-left-width:.4rem;
        border-radius:.6rem;padding:1rem 1.1rem;margin:1.1rem 0}
        .verdict h2{margin:0;font-size:1.35rem;line-height:1.3;color:var(--state);overflow-wrap:anywhere}
        .verdict .icon{flex:none;width:2.2rem;height:2.2rem;margin-top:-.1rem}.icon .disc{fill:var(--state)}
        .icon .sign{fill:none;stroke:var(--back);stroke-width:2.4;stroke-linecap:round;stroke-linejoin:round}
        .verdict ul{margin:.4rem 0 0;padding-left:1.1rem}.verdict li{margin:.15rem 0;overflow-wrap:anywhere}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,9.5rem),1fr));gap:.7rem;margin:1.1rem 0}
        .tiles div{border:1px solid var(--line);border-radius:.6rem;padding:.65rem .8rem;min-width:0;background:var(--panel)}
        .tiles dt{color:var(--muted);font-size:.8rem}
        .tiles dd{margin:0;font-size:1.4rem;font-weight:650;line-height:1.25;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
        .tiles small{display:block;font-size:.78rem;font-weight:400;color:var(--muted);line-height:1.35;margin-top:.15rem}
        .tiles .warn dd,.tiles .act dd{color:var(--state)}
        .steps{padding-left:1.3rem;margin:.3rem 0}.steps li{margin:.55rem 0;overflow-wrap:anywhere;max-width:60rem}
        .steps pre{background:var(--panel);border:1px solid var(--line);border-radius:.4rem;padding:.5rem .7rem;margin:.35rem 0 0;font-size:.82rem;
        white-space:pre-wrap;overflow-wrap:anywhere}
        .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,22rem),1fr));gap:1rem;align-items:start}
        .card{border:1px solid var(--line);border-radius:.6rem;padding:.8rem .9rem .6rem;min-width:0}
        .card h3{margin:0;font-size:1.02rem;display:flex;gap:.5rem;align-items:center;justify-content:space-between}
        .card h3 bdi{overflow-wrap:anywhere;min-width:0}
        .card figure,.charts .plain{border:0;padding:0;margin:.5rem 0 .2rem}.card p{font-size:.92rem}.card .evidence{color:var(--muted);font-size:.84rem}
        .pill{flex:none;font-size:.75rem;font-weight:600;color:var(--state);background:var(--state-back);border:1px solid var(--state);border-radius:1rem;
        padding:.05rem .55rem;white-space:nowrap}
        .facts{display:grid;grid-template-columns:auto 1fr;gap:.1rem .8rem;font-size:.84rem;margin:.5rem 0 .3rem}
        .facts dt{color:var(--muted)}.facts dd{margin:0;text-align:right;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
        .before{fill:var(--rest);fill-opacity:.75;stroke:var(--muted);stroke-width:1}
        .after{fill:var(--c0);fill-opacity:.2;stroke:var(--c0);stroke-width:2;stroke-linejoin:round}
        .key{display:flex;flex-wrap:wrap;gap:.1rem 1rem;font-size:.8rem;color:var(--muted);margin:0 0 .2rem;padding:0;list-style:none}
        .key svg{width:1.4rem;height:.8rem;margin-right:.35rem;vertical-align:-.05rem}
        .value{font-variant-numeric:tabular-nums}.dashed{stroke-dasharray:6 4}.dot{fill:var(--c);stroke:var(--back);stroke-width:1}
        .overall{stroke:var(--muted);stroke-width:1.5;stroke-dasharray:2 2;fill:none}
        td .mlops-chart{width:120px;height:28px}td .mlops-chart.mark{width:160px;height:18px}
        td{font-variant-numeric:tabular-nums}td.long{min-width:16rem;white-space:normal}
        bdi,.terms dd{overflow-wrap:anywhere}
        .alerts{list-style:none;padding:0;margin:0;display:grid;gap:.7rem}
        .alerts li{min-width:0;border:1px solid var(--line);border-radius:.6rem;padding:.6rem .9rem}
        .alerts .rule{display:flex;flex-wrap:wrap;gap:.3rem .7rem;align-items:center;font-weight:600}
        .count{display:block;text-align:right;border-radius:.3rem;padding:0 .4rem}.count.hit{font-weight:700;background:var(--ok-back)}
        .hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        .faults{padding-left:1.2rem}.faults li{overflow-wrap:anywhere;margin:.2rem 0}
        .terms dt{font-weight:600;margin-top:.7rem}.terms dd{margin:.1rem 0 0;max-width:60rem}
        details summary{margin:1rem 0 .5rem;font-size:1rem}.card details summary{font-size:.84rem;font-weight:500;margin:.3rem 0 .2rem;color:var(--muted)}
        summary:focus-visible,.wide:focus-visible{outline:2px solid var(--c0);outline-offset:2px}
        footer{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:.6rem}
        @media(max-width:40rem){.verdict{padding:.8rem .8rem;gap:.6rem}.verdict h2{font-size:1.15rem}.verdict .icon{width:1.7rem;height:1.7rem}
        .tiles{grid-template-columns:repeat(2,minmax(0,1fr))}.tiles dd{font-size:1.2rem}}
        @media print{.card,.tiles div{break-inside:avoid}}
        """;
}
