{{- /* Namespaces in which resources are watched, as a YAML list. */ -}}
{{- define "kumiai.watchedNamespaces" -}}
{{- concat (list .Release.Namespace) .Values.kubernetes.watchNamespaces | uniq | toYaml }}
{{- end }}

{{- /* Namespaces in which Jobs run, as a YAML list. */ -}}
{{- define "kumiai.siteNamespaces" -}}
{{- $all := .Values.kubernetes.siteNamespaces }}
{{- range .Values.sites }}{{ $all = append $all (.namespace | default $.Release.Namespace) }}{{ end }}
{{- $all | default (list .Release.Namespace) | uniq | toYaml }}
{{- end }}

{{- /* Unique in a namespace that several releases share: of [root, part, namespace]. */ -}}
{{- define "kumiai.roleName" -}}
{{- $root := index . 0 }}
{{- $name := printf "%s-%s" (include "kumiai.fullname" $root) (index . 1) }}
{{- if ne (index . 2) $root.Release.Namespace }}{{ $name = printf "%s-%s" $root.Release.Namespace $name }}{{ end }}
{{- $name }}
{{- end }}

{{- define "kumiai.rules.election" -}}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [get, create, update, patch]
{{- end }}

{{- define "kumiai.rules.controller" -}}
- apiGroups: [kumiai.dev]
  resources: [federatedruns, federatedrounds, sites, federationruntimes]
  verbs: [get, list, watch, create, update, patch, delete]
- apiGroups: [kumiai.dev]
  resources: [federatedruns/status, federatedrounds/status, sites/status, federationruntimes/status]
  verbs: [get, update, patch]
- apiGroups: [kumiai.dev]
  resources: [federatedruns/finalizers, federatedrounds/finalizers, sites/finalizers, federationruntimes/finalizers]
  verbs: [update]
- apiGroups: ["", events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end }}

{{- /* Secrets are made, with the token of one task each, and never read: their Job owns them. */ -}}
{{- define "kumiai.rules.launcher" -}}
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch]
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [secrets]
  verbs: [create]
- apiGroups: ["", events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end }}
