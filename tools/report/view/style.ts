/** The style of a report. Dark where the reader's system is, and always light on paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f8; --card: #fff; --ink: #1b2330; --soft: #586275; --line: #dfe3ea; --accent: #2158b5; --track: #eef1f5;
  --low: #2b8a66; --medium: #d8961c; --high: #cc4440; --series: #2b6fd6; --curve: #c2610c; --warn: #fbeed2; --warn-ink: #6e4703;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #12161d; --card: #1b212b; --ink: #e8ecf3; --soft: #a3adbd; --line: #2e3643; --accent: #8db6ff; --track: #262d39;
    --low: #4cb78d; --medium: #e0a83c; --high: #ee6f69; --series: #6ea4ff; --curve: #ef9a4d; --warn: #3d2f12; --warn-ink: #f6d794;
  }
}
*, ::before, ::after { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink); font-variant-numeric: tabular-nums;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
}
main { max-width: 1080px; margin: 0 auto; padding: 28px 24px 56px; }
h1, h2, h3, h4, p, dl, dd, figure, table { margin: 0; }
h1 { font-size: 26px; line-height: 1.25; letter-spacing: -.015em; overflow-wrap: anywhere; }
h2 { font-size: 20px; letter-spacing: -.01em; }
h3 { font-size: 15px; margin-top: 26px; overflow-wrap: anywhere; }
h4 { font-size: 14px; margin-top: 14px; overflow-wrap: anywhere; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 24px 28px; margin-top: 20px; }
.lead { color: var(--soft); max-width: 78ch; margin-top: 4px; overflow-wrap: anywhere; }
.note { color: var(--soft); font-size: 13px; max-width: 90ch; overflow-wrap: anywhere; }
.warning { background: var(--warn); color: var(--warn-ink); border-radius: 9px; padding: 8px 14px; margin-top: 14px; overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: 4px 20px; margin-top: 14px; }
a { color: var(--accent); text-underline-offset: 3px; }
code { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; }
th, td, dt, dd, code, text { unicode-bidi: isolate; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 16px 0 10px; }
.tile { border: 1px solid var(--line); border-radius: 10px; padding: 10px 16px; }
.tile dt { color: var(--soft); font-size: 13px; }
.tile dd { font-size: 25px; font-weight: 650; letter-spacing: -.01em; }
.tile span { font-size: 13px; font-weight: 400; color: var(--soft); margin-left: 8px; letter-spacing: 0; }
.bad dd { color: var(--high); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 0 36px; }
.balanced { columns: 2 380px; column-gap: 36px; } .balanced > div { break-inside: avoid; padding-top: 22px; } .balanced h3 { margin: 0; }
.pair > div { min-width: 0; }
figure { margin-top: 8px; }
svg { display: block; width: 100%; height: auto; font-size: 12px; }
svg text { fill: var(--soft); }
svg .name { fill: var(--ink); font-size: 12.5px; paint-order: stroke; stroke: var(--card); stroke-width: 4px; }
.grid path { stroke: var(--line); } .grid .zero { stroke: var(--soft); }
.limit { stroke: var(--soft); stroke-dasharray: 4 3; }
.dots { fill: none; stroke-width: 3.6; stroke-linecap: round; }
.faint { opacity: .4; }
.curve { fill: none; stroke: var(--curve); stroke-width: 2.4; stroke-linejoin: round; stroke-linecap: round; }
.mean { stroke: var(--curve); stroke-width: 3; stroke-linecap: round; }
.fill-series { fill: var(--series); } .fill-low { fill: var(--low); } .fill-medium { fill: var(--medium); } .fill-high { fill: var(--high); }
.line-series { stroke: var(--series); } .line-none { stroke: #8a93a3; }
.line-v0 { stroke: #1f78d8; } .line-v1 { stroke: #6480dd; } .line-v2 { stroke: #9a7dd0; } .line-v3 { stroke: #c86fb0; } .line-v4 { stroke: #e0618a; } .line-v5 { stroke: #e5484d; }
.legend { color: var(--soft); font-size: 13px; margin-top: 6px; }
.key { display: inline-block; width: 18px; height: 10px; vertical-align: 0; }
.key-v0 { background: #1f78d8; } .key-v1 { background: #6480dd; } .key-v2 { background: #9a7dd0; } .key-v3 { background: #c86fb0; } .key-v4 { background: #e0618a; } .key-v5 { background: #e5484d; }
.legend > span { white-space: nowrap; }
.key-none { background: #8a93a3; width: 10px; border-radius: 5px; margin-left: 16px; }
table { border-collapse: collapse; font-size: 14px; }
th { font-weight: 500; text-align: left; overflow-wrap: anywhere; }
thead th { color: var(--soft); font-size: 13px; } thead .number { overflow-wrap: normal; }
.number { text-align: right; white-space: nowrap; }
.bars { width: 100%; margin-top: 6px; }
.bars th, .bars td { padding: 4px 0; }
.bars tbody th { width: 34%; padding-right: 12px; }
.bars .number { padding-left: 14px; width: 1%; }
.track { min-width: 70px; } .track svg { height: 12px; background: var(--track); border-radius: 3px; overflow: hidden; }
.stacked { display: none; }
.scroll { overflow-x: auto; }
.plain { width: 100%; margin-top: 8px; font-size: 13.5px; }
.plain th, .plain td { padding: 5px 12px 5px 0; border-top: 1px solid var(--line); vertical-align: top; }
.plain thead th { border-top: 0; } .plain .number { white-space: normal; }
details { margin-top: 4px; font-size: 13px; } summary { color: var(--soft); cursor: pointer; }
.facts div { display: grid; grid-template-columns: minmax(90px, 38%) 1fr; gap: 12px; padding: 4px 0; font-size: 14px; }
.facts dt { color: var(--soft); overflow-wrap: anywhere; } .facts dd { overflow-wrap: anywhere; }
.digest { display: block; font-size: 11.5px; color: var(--soft); }
@media screen and (max-width: 560px) { .wide { display: none; } .stacked { display: block; } main { padding: 16px 10px; } section { padding: 18px 16px; } }
@media print {
  @page { margin: 14mm; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  :root { color-scheme: light; }
  body { background: none; font-size: 12px; } main { max-width: none; padding: 0; }
  section { border: 0; padding: 0; margin-top: 26px; } nav, details { display: none; }
  .pair { grid-template-columns: 1fr 1fr; } figure, tr, .tile, .facts div { break-inside: avoid; } h2, h3, h4 { break-after: avoid; }
}
`
