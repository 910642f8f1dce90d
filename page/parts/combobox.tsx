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

export function Combobox({ id, value, options, describedBy, placeholder, onChange }: ComboboxProps) {
  const { texts } = usePage()
  const list = useId()
  const box = useRef<HTMLInputElement>(null)
  const [isOpen, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  // All of them until something is typed: the value itself would leave but one.
  const [isTyped, setTyped] = useState(false)
  const shown = options
    .filter(option => !isTyped || option.toLowerCase().includes(value.toLowerCase()))
    .slice(0, SHOWN)
  const open = () => {
    setTyped(false)
    setOpen(true)
    setActive(options.indexOf(value))
  }
  const close = () => setOpen(false)
  const choose = (option: string) => {
    onChange(option)
    close()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (move !== undefined) {
      event.preventDefault()
      if (!isOpen) open()
      else if (shown.length > 0) setActive((active + move + shown.length) % shown.length)
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
          setTyped(true)
          setOpen(true)
          setActive(-1)
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
