/* ChiikiGIS.exe (a window) and chiiki-gis.exe (a console): both run `python -m chiiki_gis` with the runtime beside them.
   The runtime finds its libraries through python311._pth; nothing of the PC's own Python is used. */
#include <windows.h>
#include <wchar.h>

#define LONGEST 32768
#define RUNTIME L"python311.dll"

typedef int (__cdecl *py_main)(int, wchar_t **);

static void tell(void) {
    static const wchar_t text[] =
        L"地域GISを起動できませんでした。\nプログラムのファイルが足りないか、壊れています。\n"
        L"もう一度インストールするか、配布元のファイルを展開し直してください。\n";
#ifdef CONSOLE
    char bytes[1024];
    DWORD written;
    int size = WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, sizeof bytes, NULL, NULL);
    if (size > 0) WriteFile(GetStdHandle(STD_ERROR_HANDLE), bytes, (DWORD)size - 1, &written, NULL);
#else
    MessageBoxW(NULL, text, L"地域GIS", MB_OK | MB_ICONERROR);
#endif
}

static int run(int count, wchar_t **words) {
    static wchar_t place[LONGEST];
    DWORD length = GetModuleFileNameW(NULL, place, LONGEST);
    wchar_t *name = wcsrchr(place, L'\\');
    if (length == 0 || length >= LONGEST - 32 || name == NULL) { tell(); return 3; }
    wcscpy(name + 1, RUNTIME);
    SetDllDirectoryW(L"");
    HMODULE runtime = LoadLibraryExW(place, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    py_main start = runtime ? (py_main)(void *)GetProcAddress(runtime, "Py_Main") : NULL;
    wchar_t **given = HeapAlloc(GetProcessHeap(), 0, sizeof *given * (size_t)(count + 4));
    if (start == NULL || given == NULL) { tell(); return 3; }
    given[0] = words[0];
    given[1] = L"-I";
    given[2] = L"-m";
    given[3] = L"chiiki_gis";
    for (int i = 1; i <= count; i++) given[i + 3] = words[i];  /* the last one is NULL */
    return start(count + 3, given);
}

#ifdef CONSOLE
int wmain(int count, wchar_t **words) { return run(count, words); }
#else
int WINAPI wWinMain(HINSTANCE own, HINSTANCE before, LPWSTR line, int show) {
    (void)own; (void)before; (void)line; (void)show;
    return run(__argc, __wargv);
}
#endif
