{{- /* Whose the processes and volumes are; on OpenShift it chooses the group. */ -}}
{{- define "kumiai.podUser" -}}
{{- with .Values.podSecurity.runAsUser }}
runAsUser: {{ . | int64 }}
{{- end }}
{{- if and .Values.podSecurity.fsGroup (not (.Capabilities.APIVersions.Has "security.openshift.io/v1")) }}
fsGroup: {{ .Values.podSecurity.fsGroup | int64 }}
fsGroupChangePolicy: OnRootMismatch
{{- end }}
{{- end }}

{{- /* PodSecurity "restricted"; no fixed user. */ -}}
{{- define "kumiai.podSecurityContext" -}}
runAsNonRoot: true
{{- include "kumiai.podUser" . }}
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "kumiai.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "kumiai.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* Probes of a service: of [root, scheme]. A start may take five minutes. */ -}}
{{- define "kumiai.probes" -}}
startupProbe:
  httpGet: {path: /q/health/started, port: http, scheme: {{ . }}}
  periodSeconds: 3
  timeoutSeconds: 5
  failureThreshold: 100
livenessProbe:
  httpGet: {path: /q/health/live, port: http, scheme: {{ . }}}
  periodSeconds: 10
  timeoutSeconds: 10
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /q/health/ready, port: http, scheme: {{ . }}}
  periodSeconds: 5
  timeoutSeconds: 10
  failureThreshold: 3
{{- end }}

{{- /* A claim: of [root, component, name, persistence]. */ -}}
{{- define "kumiai.persistentVolumeClaim" -}}
{{- $root := index . 0 }}{{ $persistence := index . 3 }}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ index . 2 }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "kumiai.labels" (list $root (index . 1)) | nindent 4 }}
  {{- if $persistence.keep }}
  annotations:
    helm.sh/resource-policy: keep
  {{- end }}
spec:
  accessModes: [{{ $persistence.accessMode }}]
  {{- with $persistence.storageClass }}
  storageClassName: {{ eq . "-" | ternary "" . | quote }}
  {{- end }}
  {{- with $persistence.volumeName }}
  volumeName: {{ . }}
  {{- end }}
  resources:
    requests:
      storage: {{ $persistence.size }}
{{- end }}

{{- /* A variable from a Secret: of [name, secret, key]. */ -}}
{{- define "kumiai.secretEnv" -}}
- name: {{ index . 0 }}
  valueFrom:
    secretKeyRef: {name: {{ index . 1 }}, key: {{ index . 2 }}}
{{- end }}

{{- /* JAVA_TOOL_OPTIONS, and the authorities to believe: of [root, options, whether it calls the aggregator]. */ -}}
{{- define "kumiai.javaEnv" -}}
{{- $root := index . 0 }}{{ $options := index . 1 }}
{{- with $root.Values.tls.trustStore }}
{{- if and (index $ 2) .existingSecret }}
- name: KUMIAI_TRUST_STORE
  value: /etc/kumiai/trust/{{ .key }}
{{ include "kumiai.secretEnv" (list "KUMIAI_TRUST_STORE_PASSWORD" .existingSecret .passwordKey) }}
{{- end }}
{{- end }}
{{- with $options }}
- name: JAVA_TOOL_OPTIONS
  value: {{ . | quote }}
{{- end }}
{{- end }}

{{- define "kumiai.trustVolume" -}}
{{- with .Values.tls.trustStore.existingSecret }}
- name: trust
  secret:
    secretName: {{ . }}
    items:
      - {key: {{ $.Values.tls.trustStore.key }}, path: {{ $.Values.tls.trustStore.key }}}
{{- end }}
{{- end }}

{{- define "kumiai.trustMount" -}}
{{- if .Values.tls.trustStore.existingSecret }}
- {name: trust, mountPath: /etc/kumiai/trust, readOnly: true}
{{- end }}
{{- end }}

{{- /* Lines of application.properties from a map. */ -}}
{{- define "kumiai.properties" -}}
{{- range $key, $value := . }}
{{ $key }}={{ $value | toString | replace "\\" "\\\\" }}
{{- end }}
{{- end }}

{{- /* A name is asked of whoever answers for the cluster, at its own port in some. */ -}}
{{- define "kumiai.dnsEgress" -}}
- ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
    - {port: 5353, protocol: UDP}
    - {port: 5353, protocol: TCP}
  to:
    - namespaceSelector: {}
    - ipBlock: {cidr: 169.254.20.10/32}
{{- end }}
