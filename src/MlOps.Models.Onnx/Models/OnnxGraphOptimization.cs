namespace MlOps.Models;

/// <summary>Specifies the graph optimizations that ONNX Runtime applies when it loads a model.</summary>
public enum OnnxGraphOptimization
{
    /// <summary>No optimizations.</summary>
    None,

    /// <summary>Semantics-preserving simplifications, such as constant folding and the removal of redundant nodes.</summary>
    Basic,

    /// <summary>The basic optimizations, and operator fusions.</summary>
    Extended,

    /// <summary>The extended optimizations, and tensor layout optimizations.</summary>
    All,
}
