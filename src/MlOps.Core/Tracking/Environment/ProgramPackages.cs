using System.Collections.Immutable;
using System.Text.Json;

namespace MlOps.Tracking;

/// <summary>The NuGet packages that the program consists of.</summary>
internal static class ProgramPackages
{
    private static readonly Lazy<ImmutableSortedDictionary<string, string>> s_all = new(static () => Read(File));

    /// <summary>Gets the versions of all packages of this program, by name and in order.</summary>
    public static ImmutableSortedDictionary<string, string> All => s_all.Value;

    /// <summary>Reads the packages in a program's <c>.deps.json</c>.</summary>
    /// <returns>The versions by name; empty if there is no such file, as of a program published as a single file.</returns>
    public static ImmutableSortedDictionary<string, string> Read(string? file)
    {
        var packages = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(file is null ? "{}"u8.ToArray() : System.IO.File.ReadAllBytes(file));
            if (document.RootElement.TryGetProperty("libraries", out var libraries))
            {
                foreach (var library in libraries.EnumerateObject())
                {
                    if (library.Value.GetProperty("type").ValueEquals("package") && library.Name.Split('/') is [var name, var version])
                    {
                        packages[name] = version;
                    }
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // The packages that were read are as good as none: nobody could tell which are missing.
            packages.Clear();
        }

        return packages.ToImmutable();
    }

    /// <summary>Gets the program's <c>.deps.json</c> file, which the host lists before those of the shared frameworks.</summary>
    /// <value><see langword="null"/> if there is none.</value>
    public static string? File =>
        (AppContext.GetData("APP_CONTEXT_DEPS_FILES") as string)?.Split(';', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(System.IO.File.Exists);
}
