namespace MlOps.Benchmarks.Versions;

/// <summary>Folders of files for versions, the same in every run.</summary>
internal static class SampleFolder
{
    private const int FilesInFolder = 500;
    private const int BufferSize = 1 << 20;

    /// <summary>Creates a folder of files of one size. The files are different and not compressible.</summary>
    public static async Task<string> CreateAsync(string folder, int files, int size)
    {
        for (var i = 0; i < files; i++)
        {
            await WriteAsync(folder, i, size, seed: i);
        }

        return folder;
    }

    /// <summary>Writes other content of the same size into every n-th file.</summary>
    public static async Task ChangeAsync(string folder, int files, int size, int every, int round)
    {
        for (var i = 0; i < files; i += every)
        {
            await WriteAsync(folder, i, size, seed: files + (round * files) + i);
        }
    }

    private static async Task WriteAsync(string folder, int index, int size, int seed)
    {
        var file = Path.Combine(folder, $"{index / FilesInFolder:000}", $"{index:000000}.bin");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var random = new Random(seed);
        var buffer = new byte[Math.Min(size, BufferSize)];
        await using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var left = size; left > 0; left -= buffer.Length)
        {
            random.NextBytes(buffer);
            await stream.WriteAsync(buffer.AsMemory(0, Math.Min(left, buffer.Length)));
        }
    }
}
