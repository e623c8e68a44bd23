using System.Numerics;

namespace MlOps.Models;

/// <summary>Does something for a type of numbers that is known only at run time, without code made at run time.</summary>
internal interface INumberVisitor<TResult>
{
    TResult Visit<T>()
        where T : unmanaged, INumberBase<T>;
}
