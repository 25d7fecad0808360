{{- /*
The release's workers, as a YAML list: name, component, site, and the values that they have. The two of a site share its folder;
the evaluator has one of its own.
*/ -}}
{{- define "kumiai.workers" -}}
{{- $full := include "kumiai.fullname" . }}
{{- $all := list }}
{{- if ne .Values.mode "control-plane" }}
{{- $common := dict "site" .Values.site.name "folder" (printf "%s-site" $full) "persistence" .Values.site.persistence "privateClaim" .Values.site.privateClaim "policy" .Values.site.policy }}
{{- if .Values.localTraining.enabled }}
{{- $all = append $all (merge (dict "name" (printf "%s-local-training" $full) "component" "local-training" "values" .Values.localTraining) $common) }}
{{- end }}
{{- if .Values.generation.enabled }}
{{- $all = append $all (merge (dict "name" (printf "%s-generation" $full) "component" "generation" "values" .Values.generation) $common) }}
{{- end }}
{{- end }}
{{- if and (include "kumiai.hasAggregator" .) .Values.evaluator.enabled }}
{{- $name := printf "%s-evaluator" $full }}
{{- $all = append $all (dict "name" $name "component" "local-training" "values" .Values.localTraining "site" .Values.evaluator.name "folder" $name "persistence" .Values.evaluator.persistence "privateClaim" .Values.evaluator.privateClaim "policy" "") }}
{{- end }}
{{- toYaml $all }}
{{- end }}

{{- /* Variables of a worker, whoever starts it. */ -}}
{{- define "kumiai.worker.env" -}}
- {name: KUMIAI_WORKER_THREADS, value: {{ .threads | quote }}}
- {name: OMP_NUM_THREADS, value: {{ .threads | quote }}}
{{- with .env }}
{{ toYaml . }}
{{- end }}
{{- end }}
