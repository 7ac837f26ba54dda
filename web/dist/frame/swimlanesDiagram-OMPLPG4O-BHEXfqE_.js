import{r as e,t}from"./chunk-QB3YPZ4I-XHorZY5p.js";import"./chunk-TU62E6Q5-DlsAafZw.js";import"./diagram-BPILCVcd.js";import"./chunk-HFQBQIA3-RyCDATfV.js";import"./chunk-LEVMRMFU-fWbAgi0m.js";import"./chunk-AXFCVDMN-FG3VuPwN.js";import"./chunk-X4PVCEUW-B17WIjL8.js";import"./chunk-STOXU5M4-CWpQUiLK.js";import"./chunk-R3KSYZAL-CBQomaQW.js";import"./chunk-6MUBBAK2-BHsVVohK.js";import"./chunk-BG4553SI-DCtAEQM3.js";import"./d3-selection-0IvC3OnK.js";import{n}from"./chunk-Y2CYZVJY-DsF7k-Jl.js";var r=t({styles:n(t=>`${e(t)}
  .swimlane.cluster:not([data-color-id]) rect {
    stroke: ${t.clusterBorder} !important;
  }
  [data-look="neo"].cluster rect {
    filter: none;
  }
`,`getStyles`)});export{r as diagram};