namespace MlOps.Models;

/// <summary>What computes the predictions of ONNX models.</summary>
public enum OnnxExecutionProvider
{
    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>A graphics card of NVIDIA; needs the package <c>Microsoft.ML.OnnxRuntime.Gpu</c>, CUDA and cuDNN.</summary>
    Cuda,
}
