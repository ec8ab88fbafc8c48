// Tells `sdd capture` what is asked and done in OpenCode. Written by `sdd capture install`; edits are lost.
// Nothing here fails or blocks OpenCode: where sdd is not installed, nothing happens.

import { spawn } from "node:child_process"

const COMMAND = ["sdd", "capture", "event", "opencode"]
const LONGEST_WAIT = 5000 // milliseconds

export const SddCapture = async ({ client, directory }) => {
  const parents = new Map() // session -> its parent, or null
  const turns = new Map() // session where a person types -> its open turn
  const commands = new Map() // session -> the slash command that its next message is
  const failed = new Set() // calls whose failure was told

  const send = (event, session, fields = {}) =>
    new Promise((done) => {
      const timer = setTimeout(() => done(undefined), LONGEST_WAIT)
      const end = () => {
        clearTimeout(timer)
        done(undefined)
      }
      try {
        const child = spawn(COMMAND[0], COMMAND.slice(1), { cwd: directory, stdio: ["pipe", "ignore", "ignore"] })
        child.on("error", end)
        child.on("close", end)
        child.stdin.on("error", () => {})
        child.stdin.end(
          JSON.stringify({
            opencode: 1,
            hook_event_name: event,
            session_id: session,
            turn_id: turns.get(session)?.id ?? "",
            timestamp: Date.now(),
            cwd: directory,
            ...fields,
          }),
        )
      } catch {
        end()
      }
    })

  const parent = async (session) => {
    if (!parents.has(session)) {
      const found = await client.session.get({ path: { id: session } }).catch(() => undefined)
      parents.set(session, found?.data?.parentID ?? null)
    }
    return parents.get(session)
  }

  // The session where a person types, and the fields that mark what happens in a child of it.
  const origin = async (session) => {
    let top = session
    for (let above = await parent(top); above; above = await parent(top)) top = above
    return [top, top === session ? {} : { agent_id: session }]
  }

  // Ends a turn once: an error is followed by idleness, and newer versions tell of that twice.
  const close = async (event, session, fields = {}) => {
    const turn = turns.get(session)
    if (!turn || turn.isClosed) return
    turn.isClosed = true
    const usage = { input_tokens: 0, output_tokens: 0 }
    for (const { input, output, reasoning } of turn.tokens.values()) {
      usage.input_tokens += input ?? 0
      usage.output_tokens += (output ?? 0) + (reasoning ?? 0)
    }
    await send(event, session, { model: turn.model, last_assistant_message: turn.text, usage, ...fields })
  }

  const told = {
    "session.created": async ({ info }) => {
      parents.set(info.id, info.parentID ?? null)
      if (!info.parentID) await send("SessionStart", info.id)
    },
    "session.deleted": async ({ info }) => {
      if (!info.parentID) await send("SessionEnd", info.id)
    },
    "session.compacted": async ({ sessionID }) => {
      if (turns.has(sessionID)) await send("PreCompact", sessionID)
    },
    "session.idle": ({ sessionID }) => close("Stop", sessionID),
    "session.status": async ({ sessionID, status }) => {
      if (status.type === "idle") await close("Stop", sessionID)
    },
    "session.error": ({ sessionID, error }) =>
      error?.name === "MessageAbortedError"
        ? close("Interrupt", sessionID)
        : close("StopFailure", sessionID, { error: error?.data?.message ?? error?.name ?? "" }),
    "message.updated": async ({ info }) => {
      const turn = turns.get(info.sessionID)
      if (!turn || info.role !== "assistant") return
      turn.tokens.set(info.id, info.tokens ?? {})
      turn.model = `${info.providerID}/${info.modelID}`
    },
    "message.part.updated": async ({ part }) => {
      if (part.type !== "tool" || part.state?.status !== "error" || failed.has(part.callID)) return
      failed.add(part.callID)
      const [session, child] = await origin(part.sessionID)
      const call = { tool_name: part.tool, tool_use_id: part.callID, tool_input: part.state.input }
      await send("PostToolUseFailure", session, { ...call, error: part.state.error ?? "", ...child })
    },
  }

  const tool = async (event, { sessionID, tool, callID }, args, fields = {}) => {
    const [session, child] = await origin(sessionID)
    await send(event, session, { tool_name: tool, tool_use_id: callID, tool_input: args, ...fields, ...child })
  }

  // A hook that throws would stop what it watches.
  const quietly =
    (hook) =>
    async (...values) => {
      try {
        await hook(...values)
      } catch {}
    }

  return {
    event: quietly(({ event }) => told[event.type]?.(event.properties)),

    "command.execute.before": quietly(async ({ sessionID, command, arguments: words }) => {
      commands.set(sessionID, { command_name: command, command_args: words })
    }),

    "chat.message": quietly(async ({ sessionID, messageID, model }, { message, parts }) => {
      const [session, child] = await origin(sessionID)
      const chosen = model ?? message.model
      const name = chosen ? `${chosen.providerID}/${chosen.modelID}` : ""
      if (session === sessionID) {
        turns.set(session, { id: messageID ?? message.id, text: "", model: name, tokens: new Map(), isClosed: false })
      }
      const typed = parts.filter((part) => !part.synthetic).map(({ type, text, filename }) => ({ type, text, filename }))
      const command = commands.get(sessionID)
      commands.delete(sessionID)
      await send("UserPromptSubmit", session, { model: name, prompt: typed, ...command, ...child })
    }),

    "experimental.text.complete": quietly(async ({ sessionID }, { text }) => {
      const turn = turns.get(sessionID)
      if (turn) turn.text = text
    }),

    "tool.execute.before": quietly((input, { args }) => tool("PreToolUse", input, args)),

    "tool.execute.after": quietly((input, { output, metadata }) => {
      const exit = typeof metadata?.exit === "number" ? { exit: metadata.exit } : {}
      return tool("PostToolUse", input, input.args, { tool_response: { output, ...exit } })
    }),
  }
}
