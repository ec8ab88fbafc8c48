# Hands an agent's event to sdd. Whatever is wrong here is none of the agent's business.
if (Get-Command sdd -ErrorAction SilentlyContinue) {
    $event = [Console]::In.ReadToEnd()
    try { $event | & sdd capture event spec-kit *> $null } catch { }
}
exit 0
