/** A text box with suggestions: those that are known, and any other text. */
import { useId, useRef, useState } from 'preact/hooks'
import { usePage } from './context.js'

interface ComboboxProps {
  readonly id: string
  readonly value: string
  readonly options: readonly string[]
  readonly describedBy: string | undefined
  readonly placeholder: string
  readonly onChange: (value: string) => void
}

/** Most suggestions that are shown at once. */
const SHOWN = 100

interface List {
  readonly isOpen: boolean
  /** Index of the suggestion that Enter takes; -1 for none. */
  readonly active: number
  /** Whether something was typed: until then all are shown, since the value itself would leave but one. */
  readonly isTyped: boolean
}

const CLOSED: List = { isOpen: false, active: -1, isTyped: false }

function suggest(options: readonly string[], text: string, isTyped: boolean): readonly string[] {
  return options.filter(option => !isTyped || option.toLowerCase().includes(text.toLowerCase())).slice(0, SHOWN)
}

export function Combobox({ id, value, options, describedBy, placeholder, onChange }: ComboboxProps) {
  const { texts } = usePage()
  const list = useId()
  const box = useRef<HTMLInputElement>(null)
  const [{ isOpen, active, isTyped }, update] = useState(CLOSED)
  const shown = suggest(options, value, isTyped)
  const open = () => update({ isOpen: true, active: options.indexOf(value), isTyped: false })
  const close = () => update(CLOSED)
  const choose = (option: string) => {
    onChange(option)
    close()
  }
  // Keys can come faster than the box is drawn: they go by what it holds, and not by what was drawn last.
  const move = (text: string, by: number) => update(old => {
    if (!old.isOpen) return { isOpen: true, active: options.indexOf(text), isTyped: false }
    const { length } = suggest(options, text, old.isTyped)
    return length === 0 ? old : { ...old, active: (Math.max(old.active, by > 0 ? -1 : 0) + by + length) % length }
  })
  const onKeyDown = (event: KeyboardEvent & { readonly currentTarget: HTMLInputElement }) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (by !== undefined) {
      event.preventDefault()
      move(event.currentTarget.value, by)
    } else if (event.key === 'Enter' && isOpen && active >= 0 && active < shown.length) {
      event.preventDefault()
      choose(shown[active])
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault()
      close()
    }
  }
  return (
    <div class="combobox">
      <input
        ref={box} id={id} type="text" role="combobox" autocomplete="off" aria-autocomplete="list" aria-expanded={isOpen}
        aria-controls={list} aria-activedescendant={isOpen && active >= 0 && active < shown.length ? `${list}-${active}` : undefined}
        aria-describedby={describedBy} value={value} placeholder={placeholder}
        onInput={event => {
          update({ isOpen: true, active: -1, isTyped: true })
          onChange(event.currentTarget.value)
        }}
        onClick={() => isOpen ? close() : open()} onBlur={close} onKeyDown={onKeyDown}
      />
      <ul id={list} role="listbox" aria-label={texts.suggestions} hidden={!isOpen || shown.length === 0}>
        {shown.map((option, i) => (
          <li
            key={option} id={`${list}-${i}`} role="option" aria-selected={option === value} class={i === active ? 'active' : ''}
            // Before the box loses the focus, which closes the list.
            onPointerDown={event => {
              event.preventDefault()
              choose(option)
            }}
          >
            {option}
          </li>
        ))}
      </ul>
    </div>
  )
}
