import { readCorpus, FIXTURES } from './dist/tools/fuzz/corpus.js'
import { convert } from './dist/tools/convert/convert.js'
import { createExplainer } from './dist/src/explain/explainer.js'
import { compileEstimator, listFeatures } from './dist/src/evaluator/estimator.js'
import { compilePipeline } from './dist/src/pipeline/pipeline.js'
import { createStepTools } from './dist/src/model/compile-predictor.js'
const corpus = await readCorpus([FIXTURES])
const count={}, bad=[]
for (const {path,bytes} of corpus) {
  let models; try { models = await convert([{name:path,bytes}]) } catch { continue }
  for (const {dump,model} of models) {
    let e; try { e=createExplainer(dump) } catch (err) { const k=err.name+': '+err.message.slice(0,60); count[k]=(count[k]||0)+1; if(err.name!=='NotAdditiveError')bad.push([path,err.stack.slice(0,300)]); continue }
    const features=listFeatures(dump.model); const pipe=compilePipeline(dump,features,createStepTools()); const cols=new Float64Array(features.length)
    let est=dump.model; while(e.instead && est.member) est=est.member
    const c=compileEstimator(est,features); const vals=new Float64Array(c.nValues)
    count[e.space+(e.instead?' instead':'')]=(count[e.space+(e.instead?' instead':'')]||0)+1
    const f32=JSON.stringify(dump.model).includes('"accumulate":"float32"')||JSON.stringify(dump.model).includes('"link":{"kind":"float32"')
    for (const {input} of dump.golden.slice(0,6)) {
      pipe.run(input,cols); c.evaluate(cols,vals)
      e.labels.forEach((l,o)=>{ let x; try{x=e.explain(input,o)}catch(err){ bad.push([path,'throws '+err.message]);return }
        const raws = e.space==='raw score'||e.space==='mean path length'; let want = raws ? c.raw[o] : vals[o]
        if(e.space==='mean path length') want=c.raw[o]/dump.model.trees.length
        const tol=(f32?2e-5:1e-11)*Math.max(1,Math.abs(want))
        if(!(Math.abs(x.value-want)<=tol)) bad.push([path.slice(FIXTURES.length),e.space,est.kind,est.link?.kind,o,x.value,want]) })
    }
  }
}
console.log(count); const seen=new Set(); for(const b of bad){ if(seen.has(b[0]))continue; seen.add(b[0]); console.log(...b)}; console.log(bad.length, seen.size)
