namespace MlOps.Registry;

/// <summary>The formats that versions of models may have.</summary>
internal static class ModelFormats
{
    /// <summary>The formats that packages of MlOps load; a process that only registers models need not reference them.</summary>
    private static readonly string[] s_own = ["mlnet", "onnx"];

    /// <summary>Finds why a format is not one that can be loaded.</summary>
    /// <returns><see langword="null"/> if the format is known.</returns>
    public static string? FindFault(string format, RegistryOptions options) =>
        Contains(s_own, format) || Contains(options.Formats, format) || Contains(options.LoaderFormats(), format)
            ? null
            : $"No loader reads the format '{format}'. {NearestName.Suggest(format, GetKnown(options))}Known formats are {Describe(options)}. "
                + $"Use one of these, register a loader of '{format}' with AddModelLoader<T>(), or add '{format}' to {RegistryOptions.SectionName}:Formats if another process loads it.";

    /// <summary>Names the known formats.</summary>
    public static string Describe(RegistryOptions options) => string.Join(", ", GetKnown(options).Select(static format => $"'{format}'"));

    private static IEnumerable<string> GetKnown(RegistryOptions options) =>
        s_own.Concat(options.Formats).Concat(options.LoaderFormats()).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase);

    private static bool Contains(IEnumerable<string> formats, string format) => formats.Contains(format, StringComparer.OrdinalIgnoreCase);
}
