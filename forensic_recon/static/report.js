for (const box of document.querySelectorAll('.compare')) {
  const stage = box.querySelector('.stage'), [right, left] = stage.querySelectorAll(':scope > .pic')
  stage.querySelector('input').addEventListener('input', e => stage.style.setProperty('--x', e.target.value + '%'))
  box.querySelectorAll('select').forEach((select, i) => select.addEventListener('change', () => {
    const {p, m} = select.selectedOptions[0].dataset, layer = i ? right : left
    layer.className = 'pic ' + p + (i ? '' : ' left')
    layer.firstElementChild.className = 'pic ' + m
    layer.setAttribute('aria-label', select.value)
  }))
}
