@echo off
rem Finds a Python and hands over to installer\start.py, which sets the program up when needed and starts it.
rem What it may be called with is in README.md. Everything said on the way goes to stderr.
setlocal
set "PYTHON="
for %%C in ("py -3.11" "py -3" "python" "python3") do if not defined PYTHON (
    %%~C -I -S -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul && set "PYTHON=%%~C"
)
if not defined PYTHON (
    chcp 65001 >nul
    type "%~dp0installer\python-needed.txt" >&2
    exit /b 3
)
%PYTHON% -E -s "%~dp0installer\start.py" %*
exit /b %ERRORLEVEL%
