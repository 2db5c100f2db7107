// What is shown once can be printed: buttons for it appear only where scripts run.
document.documentElement.classList.add("prints");
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
