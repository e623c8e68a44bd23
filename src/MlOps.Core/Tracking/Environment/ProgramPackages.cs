using System.Collections.Immutable;
using System.Text.Json;

namespace MlOps.Tracking;

/// <summary>Reads the NuGet packages of the program.</summary>
internal static class ProgramPackages
{
    private static readonly Lazy<ImmutableSortedDictionary<string, string>> s_all = new(static () => Read(File));

    /// <summary>Gets the versions of all packages of this program, sorted by name.</summary>
    public static ImmutableSortedDictionary<string, string> All => s_all.Value;

    /// <summary>Reads the packages in the <c>.deps.json</c> file of a program.</summary>
    /// <returns>The versions by name; empty if the file does not exist, as for a single-file program.</returns>
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
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // An incomplete list would be misleading, so no packages are returned.
            packages.Clear();
        }

        return packages.ToImmutable();
    }

    /// <summary>Gets the <c>.deps.json</c> file of the program, which the host lists before the files of the shared frameworks.</summary>
    /// <value><see langword="null"/> if the file does not exist.</value>
    public static string? File =>
        (AppContext.GetData("APP_CONTEXT_DEPS_FILES") as string)?.Split(';', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(System.IO.File.Exists);
}
