using System.Text.Json;
using MlOps.Tracking;

namespace MlOps.Workflows;

/// <summary>The libraries that the program's <c>.deps.json</c> file lists.</summary>
/// <param name="Packages">The version and the hash of each NuGet package, by name.</param>
/// <param name="PackageAssemblies">The names of the assemblies of NuGet packages.</param>
/// <param name="LocalAssemblies">The names of the assemblies of projects, and of the files that projects reference.</param>
internal sealed record ProgramLibraries(
    IReadOnlyDictionary<string, string> Packages, IReadOnlySet<string> PackageAssemblies, IReadOnlySet<string> LocalAssemblies)
{
    private static readonly string[] s_assets = ["runtime", "runtimeTargets"];
    private static readonly Lazy<ProgramLibraries> s_current = new(static () => Read(ProgramPackages.File));

    /// <summary>Gets the libraries of this program.</summary>
    public static ProgramLibraries Current => s_current.Value;

    /// <summary>Reads a <c>.deps.json</c> file.</summary>
    /// <returns>The libraries. Empty if the file does not exist, as in a single-file program, or is damaged.</returns>
    public static ProgramLibraries Read(string? file)
    {
        var packages = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase); // as NuGet compares them
        var (ofPackages, local) = (new HashSet<string>(StringComparer.OrdinalIgnoreCase), new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        try
        {
            using var document = JsonDocument.Parse(file is null ? """{ "libraries": {}, "targets": {} }"""u8.ToArray() : File.ReadAllBytes(file));
            var libraries = document.RootElement.GetProperty("libraries");
            foreach (var library in libraries.EnumerateObject())
            {
                if (IsPackage(library.Value) && library.Name.Split('/') is [var name, var version])
                {
                    packages[name] = library.Value.TryGetProperty("sha512", out var hash) ? $"{version} {hash.GetString()}".TrimEnd() : version;
                }
            }

            foreach (var target in document.RootElement.GetProperty("targets").EnumerateObject().SelectMany(static target => target.Value.EnumerateObject()))
            {
                var library = libraries.GetProperty(target.Name);
                var kind = library.GetProperty("type").GetString();
                (kind is "project" or "reference" ? local : ofPackages).UnionWith(AssembliesOf(target.Value));
            }
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return new ProgramLibraries(new Dictionary<string, string>(), new HashSet<string>(), new HashSet<string>());
        }

        return new ProgramLibraries(packages, ofPackages, local);
    }

    private static bool IsPackage(JsonElement library) => library.GetProperty("type").ValueEquals("package");

    private static IEnumerable<string> AssembliesOf(JsonElement target) =>
        from part in s_assets
        where target.TryGetProperty(part, out _)
        from asset in target.GetProperty(part).EnumerateObject()
        where asset.Name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
        select Path.GetFileNameWithoutExtension(asset.Name);
}
