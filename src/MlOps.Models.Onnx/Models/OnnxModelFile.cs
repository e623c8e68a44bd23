namespace MlOps.Models;

/// <summary>Finds the model file of a version.</summary>
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
            [] => throw new ModelFormatException(source, "The version has no .onnx file. Register it with an .onnx file, or with the format of its files."),
            [var only] => only,
            _ => Array.Find(files, file => Path.GetRelativePath(source.Folder, file) == DefaultName) ?? throw new ModelFormatException(
                source,
                $"The version has several models: {string.Join(", ", files.Select(file => $"'{Path.GetRelativePath(source.Folder, file)}'"))}. "
                + $"Register it with one model, or name the model to load '{DefaultName}'."),
        };
    }

    private static bool IsModel(string file) => Path.GetExtension(file).Equals(Extension, StringComparison.OrdinalIgnoreCase);
}
