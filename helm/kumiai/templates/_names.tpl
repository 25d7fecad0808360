{{- define "kumiai.name" -}}
{{- .Values.nameOverride | default "kumiai" | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "kumiai.fullname" -}}
{{- $name := include "kumiai.name" . }}
{{- $full := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) }}
{{- .Values.fullnameOverride | default $full | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "kumiai.aggregation.name" -}}
{{ include "kumiai.fullname" . }}-aggregation
{{- end }}

{{- define "kumiai.aggregation.serviceAccount" -}}
{{- $made := .Values.serviceAccount.create | ternary (include "kumiai.aggregation.name" .) "default" }}
{{- .Values.serviceAccount.name | default $made }}
{{- end }}

{{- define "kumiai.worker.serviceAccount" -}}
{{- .Values.serviceAccount.create | ternary (printf "%s-worker" (include "kumiai.fullname" .)) "default" }}
{{- end }}

{{- /* Whether the release has an aggregator, or workers: "true" or nothing. */ -}}
{{- define "kumiai.hasAggregator" -}}
{{- if ne .Values.mode "site" }}true{{ end }}
{{- end }}

{{- define "kumiai.hasOperator" -}}
{{- if and (include "kumiai.hasAggregator" .) .Values.kubernetes.enabled }}true{{ end }}
{{- end }}

{{- /* The labels by which pods are found: of [root, component]. */ -}}
{{- define "kumiai.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: kumiai
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- /* Labels of pods, which no new version of the chart alone starts anew: of [root, component]. */ -}}
{{- define "kumiai.podLabels" -}}
{{ include "kumiai.selector" . }}
app.kubernetes.io/part-of: kumiai
{{- end }}

{{- /* All labels: of [root, component]. */ -}}
{{- define "kumiai.labels" -}}
{{- $root := index . 0 -}}
{{ include "kumiai.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: kumiai
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- end }}

{{- /* The address of an image: of [root, image]. */ -}}
{{- define "kumiai.image" -}}
{{- $root := index . 0 }}{{ $image := index . 1 }}
{{- $name := $image.repository }}
{{- with $root.Values.image.registry }}{{ $name = printf "%s/%s" (trimSuffix "/" .) $name }}{{ end }}
{{- if $image.digest }}
{{- printf "%s@%s" $name $image.digest }}
{{- else }}
{{- printf "%s:%s" $name ($image.tag | default $root.Values.image.tag | default $root.Chart.AppVersion) }}
{{- end }}
{{- end }}

{{- define "kumiai.tls" -}}
{{- if ne .Values.tls.mode "none" }}true{{ end }}
{{- end }}

{{- define "kumiai.tls.secret" -}}
{{- eq .Values.tls.mode "provided" | ternary .Values.tls.existingSecret (printf "%s-tls" (include "kumiai.aggregation.name" .)) }}
{{- end }}

{{- define "kumiai.service.port" -}}
{{- .Values.service.port | default (eq (include "kumiai.tls" .) "true" | ternary 443 80) }}
{{- end }}

{{- /* Where the aggregator of this release is within the cluster. */ -}}
{{- define "kumiai.serviceUrl" -}}
{{- $scheme := eq (include "kumiai.tls" .) "true" | ternary "https" "http" }}
{{- $port := include "kumiai.service.port" . }}
{{- $suffix := has (printf "%s:%s" $scheme $port) (list "http:80" "https:443") | ternary "" (printf ":%s" $port) }}
{{- printf "%s://%s.%s.svc%s" $scheme (include "kumiai.aggregation.name" .) .Release.Namespace $suffix }}
{{- end }}

{{- /* Where the aggregator of this release's workers is. */ -}}
{{- define "kumiai.aggregatorUrl" -}}
{{- eq .Values.mode "site" | ternary (trimSuffix "/" .Values.site.aggregatorUrl) (include "kumiai.serviceUrl" .) }}
{{- end }}

{{- /* The port in an address, by its scheme where it has none. */ -}}
{{- define "kumiai.portOf" -}}
{{- $url := urlParse . }}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" }}
{{- $port | default (eq $url.scheme "http" | ternary "80" "443") }}
{{- end }}

{{- /* Whether the chart makes the enrolment token: where workers of the release need one that nobody gave. */ -}}
{{- define "kumiai.makesEnrolmentToken" -}}
{{- if and (include "kumiai.hasAggregator" .) (not .Values.auth.enrolmentToken.existingSecret) }}
{{- if or (eq .Values.mode "all-in-one") .Values.evaluator.enabled }}true{{ end }}
{{- end }}
{{- end }}

{{- define "kumiai.enrolmentSecret" -}}
{{- .Values.auth.enrolmentToken.existingSecret | default (printf "%s-enrolment" (include "kumiai.fullname" .)) }}
{{- end }}

{{- /* The claim of a folder: of [name, persistence]. */ -}}
{{- define "kumiai.claim" -}}
{{- (index . 1).existingClaim | default (index . 0) }}
{{- end }}
