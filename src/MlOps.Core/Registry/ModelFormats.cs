namespace MlOps.Registry;

/// <summary>Validates the formats of models.</summary>
internal static class ModelFormats
{
    /// <summary>The formats that packages of MlOps load. A process that only registers models need not reference these packages.</summary>
    private static readonly string[] s_own = ["mlnet", "onnx"];

    /// <summary>Describes the fault of a format that no loader reads.</summary>
    /// <returns><see langword="null"/> if the format is known.</returns>
    public static string? FindFault(string format, RegistryOptions options) =>
        Contains(s_own, format) || Contains(options.Formats, format) || Contains(options.LoaderFormats(), format)
            ? null
            : $"No loader reads the format '{format}'. {NearestName.Suggest(format, GetKnown(options))}Known formats are {Describe(options)}. "
                + $"Use a known format, register a loader of '{format}' with AddModelLoader<T>(), or add '{format}' to {RegistryOptions.SectionName}:Formats "
                + "if another process loads the model.";

    /// <summary>Formats the list of the known formats.</summary>
    public static string Describe(RegistryOptions options) => string.Join(", ", GetKnown(options).Select(static format => $"'{format}'"));

    private static IEnumerable<string> GetKnown(RegistryOptions options) =>
        s_own.Concat(options.Formats).Concat(options.LoaderFormats()).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase);

    private static bool Contains(IEnumerable<string> formats, string format) => formats.Contains(format, StringComparer.OrdinalIgnoreCase);
}
