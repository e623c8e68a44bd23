using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;

namespace MlOps.Models;

/// <summary>Caches the optimized graph of a model on the local disk.</summary>
/// <remarks>
/// A graph is valid for one runtime version, optimization level, execution provider and processor. The file name contains them, the digest of the model, and
/// the digest of the graph, which reveals a damaged file.
/// </remarks>
internal sealed class OptimizedGraphCache
{
    private const string Extension = ".onnx";
    private const int DigestLength = 16;
    private readonly string _folder;
    private readonly string _prefix;

    public OptimizedGraphCache(string folder, string model, OnnxGraphOptimization level, bool usesDevice)
    {
        _folder = folder;
        var provider = usesDevice ? OnnxExecutionProvider.Cuda : OnnxExecutionProvider.Cpu;
        var target = $"{OrtEnv.Instance().GetVersionString()}-{level}-{provider}-{Processor}".ToLowerInvariant();
        _prefix = $"{Path.GetFileNameWithoutExtension(model)}.{DigestOf(model)}.ort-{target}.";
    }

    /// <summary>Gets the processor architecture with its vector instructions, which determine the memory layout of a graph.</summary>
    private static string Processor => RuntimeInformation.ProcessArchitecture + (Avx512F.IsSupported ? "-avx512" : Avx2.IsSupported ? "-avx2" : "");

    /// <summary>Finds the cached graph, and deletes damaged files.</summary>
    public (string File, byte[] Graph)? Find()
    {
        foreach (var file in Directory.Exists(_folder) ? Directory.GetFiles(_folder, $"{_prefix}*{Extension}") : [])
        {
            var graph = File.ReadAllBytes(file);
            if (Path.GetFileName(file) == NameOf(ToText(SHA256.HashData(graph))))
            {
                return (file, graph);
            }

            Discard(file);
        }

        return null;
    }

    /// <summary>Creates the name of a temporary file for an incomplete graph.</summary>
    public string CreateTemporary()
    {
        Directory.CreateDirectory(_folder);
        return Path.Combine(_folder, $"{_prefix}{Guid.NewGuid():N}.tmp");
    }

    /// <summary>Moves a complete temporary file to its final name.</summary>
    public void Keep(string temporary) => File.Move(temporary, Path.Combine(_folder, NameOf(DigestOf(temporary))), overwrite: true);

    public static void Discard(string file) => File.Delete(file);

    private static string DigestOf(string file)
    {
        using var stream = File.OpenRead(file);
        return ToText(SHA256.HashData(stream));
    }

    private static string ToText(byte[] digest) => Convert.ToHexStringLower(digest)[..DigestLength];

    private string NameOf(string digest) => $"{_prefix}{digest}{Extension}";
}
