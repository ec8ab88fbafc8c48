#!/bin/sh
# Hands an agent's event to sdd and returns at once: spec-kit makes a handler that is too slow block the prompt.
command -v sdd > /dev/null 2>&1 || exit 0
event=$(mktemp 2> /dev/null) || exit 0
cat > "$event"
# Detached, so that nothing that befalls sdd is the agent's business.
(trap '' HUP; sdd capture event spec-kit < "$event"; rm -f "$event") > /dev/null 2>&1 < /dev/null &
exit 0
