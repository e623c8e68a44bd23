namespace MlOps.Models;

/// <summary>Finds the model among the files of a version.</summary>
internal static class OnnxModelFile
{
    private const string Extension = ".onnx";
    private const string DefaultName = "model" + Extension;

    public static string Find(ModelSource source)
    {
        string[] files = Directory.Exists(source.Folder)
            ? [.. Directory.EnumerateFiles(source.Folder, "*", SearchOption.AllDirectories).Where(IsModel).Order(StringComparer.Ordinal)]
            : [];
        return files switch
        {
            [] => throw new ModelFormatException(source, "There is no .onnx file among them. Register the version with one, or with the format that its files have."),
            [var only] => only,
            _ => Array.Find(files, file => Path.GetRelativePath(source.Folder, file) == DefaultName) ?? throw new ModelFormatException(
                source,
                $"There are several models among them: {string.Join(", ", files.Select(file => $"'{Path.GetRelativePath(source.Folder, file)}'"))}. "
                + $"Register the version with one, or name the one to load '{DefaultName}'."),
        };
    }

    private static bool IsModel(string file) => Path.GetExtension(file).Equals(Extension, StringComparison.OrdinalIgnoreCase);
}
